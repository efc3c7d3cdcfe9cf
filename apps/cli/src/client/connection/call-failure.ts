import { Code, ConnectError } from "@connectrpc/connect";
import { errorCode } from "@dwld/text";

/** A stream was silent for longer than its heartbeats allow. */
export class SilentServerError extends Error {
  readonly code = "silent_server";
  constructor(silenceMs: number) {
    super(`nothing heard for ${silenceMs / 1000} s`);
  }
}

/** The server ended an endless stream: it shuts down. */
export class StreamEndedError extends Error {
  readonly code = "stream_ended";
  constructor() {
    super("the server ended the stream");
  }
}

/**
 * Why a call failed, as far as it decides what to do next:
 * - `unreached`: no connection, or no answer in time;
 * - `broken`: the connection broke off; the call may have been carried out;
 * - `busy`: it asks to be called again (UNAVAILABLE);
 * - `foreign`: the answer is not from the api of dwld;
 * - `answered`: the api refused.
 */
export type CallFailure = "unreached" | "broken" | "busy" | "foreign" | "answered";

const brokenCodes = new Set(["ECONNRESET", "EPIPE"]);
/** The messages of connect-es 2 for an answer that is not of the Connect protocol. */
const foreignAnswer =
  /^(HTTP \d+$|unsupported (content type|response encoding)|parse |protocol error|premature|cannot decode)/;

/** Whether a call failed, and not this program. */
export function isCallFailure(error: unknown): boolean {
  return error instanceof ConnectError || error instanceof SilentServerError || error instanceof StreamEndedError;
}

/** @see CallFailure */
export function classifyFailure(error: unknown): CallFailure {
  if (error instanceof SilentServerError || error instanceof StreamEndedError) return "broken";
  const failure = ConnectError.from(error);
  const systemCode = systemCodeOf(failure);
  if (systemCode !== undefined) {
    if (brokenCodes.has(systemCode)) return "broken";
    return systemCode.startsWith("HPE_") ? "foreign" : "unreached";
  }
  if (failure.rawMessage === "protocol error: missing EndStreamResponse") return "broken";
  const status = httpStatusOf(failure);
  if (status !== undefined) return [429, 502, 503, 504].includes(status) ? "busy" : "foreign";
  if (foreignAnswer.test(failure.rawMessage)) return "foreign";
  switch (failure.code) {
    case Code.DeadlineExceeded:
      return "unreached";
    case Code.Aborted:
      return "broken";
    case Code.Unavailable:
      return "busy";
    case Code.Unimplemented:
      return "foreign";
    default:
      return "answered";
  }
}

/** Returns the code of the operating system, the HTTP parser or TLS ("ECONNREFUSED", "HPE_INVALID_CONSTANT") at the root of an error. */
export function systemCodeOf(error: Error): string | undefined {
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    const code = errorCode(cause);
    if (code !== "") return code;
  }
  return undefined;
}

/** Returns the HTTP status of an answer that is not of the Connect protocol. */
export function httpStatusOf(error: ConnectError): number | undefined {
  const digits = /^HTTP (\d+)$/.exec(error.rawMessage)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
