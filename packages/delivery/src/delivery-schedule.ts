import type { FailureKind, FailureStage } from "./destination/destination.ts";

const firstPauseMs = 5000;
const longestPauseMs = 10 * 60_000;

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
      ? backoffMs(failed.attempt, firstPauseMs, longestPauseMs, random)
      : Math.round(1.5 * failed.serverPauseMs);
  return Math.min(failed.now + pauseMs, deadline);
}

/** Exponential backoff with "equal jitter": between half of the pause and the whole of it; whole milliseconds. */
export function backoffMs(attempt: number, firstMs: number, longestMs: number, random: number): number {
  const fullMs = Math.min(firstMs * 2 ** Math.min(Math.max(attempt, 1) - 1, 30), longestMs);
  return Math.round(fullMs / 2 + (fullMs / 2) * random);
}
