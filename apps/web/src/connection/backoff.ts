import { durationMs } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "@dwld/rpc";

const firstMs = 500;
const longestMs = 5000;

/** Returns when a server wants to be asked again, ms; undefined if it does not say. */
export function askedDelayMs(failure: unknown): number | undefined {
  const [info] = ConnectError.from(failure).findDetails(RetryInfoSchema);
  return info?.retryDelay === undefined ? undefined : durationMs(info.retryDelay);
}

/**
 * Returns the pause before the next try, ms: doubled with each failure in a row, and different in each tab, so that they do
 * not all come at once.
 *
 * @param random from 0 to 1
 */
export function pauseMs(failures: number, failure: unknown, random: number): number {
  const asked = askedDelayMs(failure);
  if (asked !== undefined) return asked + random * firstMs;
  return Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1)) * (0.5 + random / 2);
}
