import { backoffMs, minuteMs } from "@dwld/timing";
import { type DestinationError, waitsForOperator } from "./destination/destination-error.ts";

const backoff = { firstMs: 5000, longestMs: 10 * minuteMs, jitter: 0.5 };

export type FailedDelivery = Pick<DestinationError, "phase" | "kind"> & {
  /** Milliseconds for which all deliveries wait, if the failure concerns the destination. */
  allWaitMs?: number | undefined;
  /** Which attempt of this task it was, from 1. */
  attempt: number;
  /** Milliseconds since the epoch. */
  deadline: number;
  now: number;
};

/**
 * Returns when a delivery is tried again, in milliseconds since the epoch; null: never.
 *
 * The pause doubles from 5 s to 10 min, with jitter. A task that found no session does not wait: all of them wait
 * together until the destination answers (`CircuitBreaker`). A task that the destination refused sits out the next trial,
 * so that another file or folder has its turn. The last attempt is at the deadline; what waits for the operator has none.
 *
 * @param random from 0 to 1.
 */
export function retryTime(failed: FailedDelivery, random: number): number | null {
  const deadline = waitsForOperator(failed) ? Number.POSITIVE_INFINITY : failed.deadline;
  if (failed.now >= deadline) return null;
  if (failed.phase === "connect") return failed.now;
  const { allWaitMs } = failed;
  const pauseMs = allWaitMs === undefined ? backoffMs(backoff, failed.attempt, random) : Math.round(1.5 * allWaitMs);
  return Math.min(failed.now + pauseMs, deadline);
}
