import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, LocalizedMessageSchema } from "@dwld/rpc";
import { language } from "../words/language.ts";
import { connectionWords } from "../words/connection.ts";
import { spanText } from "../words/formats.ts";
import { askedDelayMs } from "./backoff.ts";

/** Returns a sentence for a person about a call that failed. */
export function failureText(error: unknown): string {
  const failure = ConnectError.from(error);
  const told = failure.findDetails(LocalizedMessageSchema);
  const own = told.find(({ locale }) => locale.startsWith(language.value)) ?? told[0];
  if (own !== undefined) return own.message;
  const [violation] = failure.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations);
  if (violation !== undefined) return violation.description;
  const words = connectionWords();
  switch (failure.code) {
    case Code.Unavailable:
    case Code.Unknown:
    case Code.DeadlineExceeded:
      return words.unreachable;
    case Code.Unauthenticated:
      return words.sessionEnded;
    case Code.PermissionDenied:
      return words.notAllowed;
    case Code.ResourceExhausted: {
      const delayMs = askedDelayMs(failure);
      return delayMs === undefined ? failure.rawMessage : words.tooManyCalls(spanText(delayMs / 1000));
    }
    default:
      return failure.rawMessage;
  }
}
