import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Reached, sentencesOf } from "@dwld/limits";
import { ErrorInfoSchema, LocalizedMessageSchema, RetryInfoSchema } from "@dwld/rpc";
import { sizeText } from "@dwld/text";

/** The details of an error, for transports that show them in JSON. */
export const limitDetails = [RetryInfoSchema, ErrorInfoSchema, LocalizedMessageSchema] as const;

/** Returns how an error says when to come again: a header for HTTP, and a detail for all protocols. */
export function retryIn(ms: number) {
  return {
    headers: { "retry-after": String(Math.max(1, Math.ceil(ms / 1000))) },
    detail: { desc: RetryInfoSchema, value: { retryDelay: durationFromMs(ms) } },
  };
}

/** Returns the error of a limit: when to come again, which limit it is, and a sentence in each language. */
export function limitError(reached: Reached): ConnectError {
  const { limit, subject, holder, most, retryAfterMs } = reached;
  const sentences = sentencesOf(reached, sizeText);
  const info = {
    reason: limit.replaceAll(/[A-Z]/g, "_$&").toUpperCase(),
    domain: "dwld",
    metadata: { subject, holder, most: String(most) },
  };
  const { headers, detail } = retryIn(retryAfterMs);
  return new ConnectError(sentences.en, Code.ResourceExhausted, headers, [
    detail,
    { desc: ErrorInfoSchema, value: info },
    ...Object.entries(sentences).map(([locale, message]) => ({
      desc: LocalizedMessageSchema,
      value: { locale, message },
    })),
  ]);
}
