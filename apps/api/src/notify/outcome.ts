import type { OutboxRow, Settlement, WaitingLane } from "@dwld/queue";
import { backoffMs, dayMs, hourMs, minuteMs } from "@dwld/timing";
import type { Reply } from "./send/reply.ts";

/** For how long a message is tried, ms. */
export const triedForMs = 3 * dayMs;

/** Pauses of one message that its receiver refuses, and of a receiver that takes nothing. */
const ofMessage = { firstMs: 5000, longestMs: 6 * hourMs, jitter: 0.5 };
const ofLane = { firstMs: 5000, longestMs: 10 * minuteMs, jitter: 0.5 };

/**
 * Returns what becomes of a message after a reply.
 *
 * @param random from 0 up to 1.
 */
export function settlementAfter(
  { outcome, answer, retryAfterMs }: Reply,
  { message, lane }: { message: Pick<OutboxRow, "attempts" | "since">; lane: Pick<WaitingLane, "failures"> },
  now: number,
  random: number,
): Settlement {
  if (outcome === "accepted") return { outcome, answer };
  if (outcome === "gone" || now - (message.since ?? now) >= triedForMs) return { outcome: "given up", answer };
  if (outcome === "refused") {
    const pauseMs = Math.max(backoffMs(ofMessage, message.attempts, random), retryAfterMs ?? 0);
    return { outcome: "retry", answer, nextAt: now + pauseMs };
  }
  const laneRetryAt = now + Math.max(backoffMs(ofLane, lane.failures + 1, random), retryAfterMs ?? 0);
  return { outcome: "retry", answer, nextAt: laneRetryAt, laneRetryAt };
}

/** The number of messages that are sent to one receiver at once, and to all. */
const mostOfLane = 4;
const mostInAll = 32;

/**
 * Returns how many messages may be claimed of each lane now. A lane that takes nothing is tried with one, after its pause;
 * a target of the operator gets one at a time, in their order.
 *
 * @param inAll the number that this process is sending.
 */
export function openPlaces(
  lanes: readonly (Pick<WaitingLane, "name" | "retry_at" | "failures" | "due_at" | "sending"> & {
    isTarget: boolean;
  })[],
  inAll: number,
  now: number,
): { name: string; places: number }[] {
  let left = mostInAll - inAll;
  return lanes.flatMap(({ name, retry_at, failures, due_at, sending, isTarget }) => {
    // A clock that was set back ends a pause.
    const isOpen = due_at <= now && (retry_at <= now || retry_at - now > triedForMs);
    const most = failures > 0 || isTarget ? 1 : mostOfLane;
    const places = isOpen ? Math.min(left, most - sending) : 0;
    if (places <= 0) return [];
    left -= places;
    return [{ name, places }];
  });
}
