import { backoffMs } from "@dwld/timing";
import type { FailureKind, FailureStage } from "./destination/destination.ts";

const backoff = { firstMs: 5000, longestMs: 10 * 60_000, jitter: 0.5 };

/** What somebody has to mend on the server or in the configuration: it costs no task its delivery, however long it takes. */
const operators: ReadonlySet<FailureKind> = new Set(["login", "permission", "no_space", "tls"]);

export function waitsForOperator(kind: FailureKind): boolean {
  return operators.has(kind);
}

export type FailedDelivery = {
  stage: FailureStage;
  kind: FailureKind;
  /** For how long all deliveries wait, where it is the server's matter. */
  serverPauseMs?: number | undefined;
  /** Which attempt of this task it was, from 1. */
  attempt: number;
  /** Milliseconds since the epoch. */
  deadline: number;
  now: number;
};

/**
 * When a delivery is tried again, in milliseconds since the epoch; null: never.
 *
 * The pause doubles from 5 s to 10 min, with jitter. A task that found no session to work in does not wait: all of them
 * wait together until the server answers (`DestinationWatch`). One that the server refused sits out the next trial, so that
 * another file or folder has its turn. The last try is when its time is over; what waits for the operator has no end.
 *
 * @param random from 0 to 1.
 */
export function retryTime(failed: FailedDelivery, random: number): number | null {
  const deadline = waitsForOperator(failed.kind) ? Number.POSITIVE_INFINITY : failed.deadline;
  if (failed.now >= deadline) return null;
  if (failed.stage === "connect") return failed.now;
  const pauseMs =
    failed.serverPauseMs === undefined
      ? backoffMs(backoff, failed.attempt, random)
      : Math.round(1.5 * failed.serverPauseMs);
  return Math.min(failed.now + pauseMs, deadline);
}
