import { backoffMs, jittered } from "@dwld/timing";
import type { BotFailure } from "./explain-bot-failure.ts";

/** A bot that is away is asked again after at most this, so that one that is back knows of us soon. */
const longestPauseMs = 5000;

/** Heartbeats come up to a tenth early, so that downloaders that were started together do not call together for ever. */
const heartbeatSpread = 0.1;

/** What a bot may ask for. */
const intervalRangeMs = { least: 1000, most: 60 * 60 * 1000 };

/** Of an interval that a bot asked for: the nearest one that it gets. */
export function boundedInterval(askedMs: number): number {
  return Math.min(intervalRangeMs.most, Math.max(intervalRangeMs.least, askedMs));
}

/**
 * How long until a bot is called again, in whole milliseconds.
 *
 * After a call that was heard (or refused, which another call would not change), the interval. Else exponential backoff
 * with full jitter: anything up to a bound that doubles each time.
 *
 * @param disturbances failures and lost connections since it was last quiet for a whole interval, this one included.
 * @param random from 0 up to 1.
 */
export function nextCallInMs(
  outcome: "registered" | "lost" | BotFailure["state"],
  disturbances: number,
  intervalMs: number,
  random: number,
): number {
  const backoff = (longestMs: number) => backoffMs({ firstMs: 250, longestMs, jitter: 1 }, disturbances, random);
  switch (outcome) {
    case "registered":
    case "refused":
      return jittered(intervalMs, heartbeatSpread, random);
    case "away":
    case "lost":
      return backoff(Math.min(longestPauseMs, intervalMs));
    case "failing":
      return backoff(intervalMs);
  }
}
