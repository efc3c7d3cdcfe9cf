import { errorCode, errorText } from "@dwld/text";
import { type Refusal, refusalWords } from "./refusal.ts";

/** An answer of the proxy itself, in place of the site's. Its message is the reason phrase, which yt-dlp repeats. */
export class OwnAnswer extends Error {
  readonly status: number;
  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

export function refused(refusal: Refusal): OwnAnswer {
  return new OwnAnswer(403, refusalWords[refusal]);
}

/** Returns the answer that tells of an error: of the network, of what the site sent, or of the proxy itself. */
export function answerTo(error: unknown): OwnAnswer {
  if (error instanceof OwnAnswer) return error;
  const code = errorCode(error);
  if (code.startsWith("HPE_")) return new OwnAnswer(502, `The site sent no valid HTTP (${code})`);
  return new OwnAnswer(502, (code || errorText(error)).replaceAll(/[^\w ]/g, " "));
}
