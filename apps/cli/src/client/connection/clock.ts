import { setTimeout as sleep } from "node:timers/promises";

/** Time and randomness, handed in so that a test can control them. */
export type Clock = {
  /** The time of day. */
  nowMs: () => number;
  /** Milliseconds of a clock that never goes back. */
  monotonicMs: () => number;
  /** From 0 up to, not including, 1. */
  random: () => number;
  /** Rejects as soon as the signal is aborted. */
  sleep: (durationMs: number, signal: AbortSignal) => Promise<void>;
};

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: () => Math.random(),
  sleep: async (durationMs, signal) => {
    await sleep(durationMs, undefined, { signal });
  },
};
