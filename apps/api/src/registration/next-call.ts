import { backoffMs, hourMs, jittered, secondMs } from "@dwld/timing";
import type { BotFailure } from "./explain-bot-failure.ts";

/** The longest pause before a bot that is away is called again, so that it knows of this downloader soon. */
const longestPauseMs = 5000;

/** Calls come up to a tenth of the interval early, so that downloaders that started together spread out. */
const heartbeatSpread = 0.1;

/** The bounds of an interval that a bot may ask for. */
const intervalRangeMs = { least: secondMs, most: hourMs };

/** Returns the nearest allowed interval. */
export function boundedInterval(askedMs: number): number {
  return Math.min(intervalRangeMs.most, Math.max(intervalRangeMs.least, askedMs));
}

/**
 * Returns the pause until a bot is called again, in whole milliseconds: the interval after a call that was answered, also
 * by a refusal, which another call would not change; else exponential backoff with full jitter.
 *
 * @param disturbances failures and lost connections since the last interval without any, this one included.
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
