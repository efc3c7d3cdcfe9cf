import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "@dwld/rpc";
import { minuteMs } from "@dwld/timing";

/** A limit of the api keeps a link out, for a while that is worth waiting for. */
export type ReachedLimit = { error: ConnectError; retryMs: number };

/** A limit that lasts longer is an answer. */
const longestWaitMs = 10 * minuteMs;

export function reachedLimit(answered: object): ReachedLimit | undefined {
  if (!("error" in answered)) return undefined;
  const error = ConnectError.from(answered.error);
  const [retry] = error.findDetails(RetryInfoSchema);
  if (error.code !== Code.ResourceExhausted || retry?.retryDelay === undefined) return undefined;
  const retryMs = durationMs(retry.retryDelay);
  return retryMs > longestWaitMs ? undefined : { error, retryMs };
}

/** Returns the first of two limits, with the longer wait. */
export function laterOf(first: ReachedLimit | undefined, other: ReachedLimit | undefined): ReachedLimit | undefined {
  if (first === undefined || other === undefined) return first ?? other;
  return { error: first.error, retryMs: Math.max(first.retryMs, other.retryMs) };
}
