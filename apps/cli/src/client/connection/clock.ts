import { setTimeout as sleep } from "node:timers/promises";

/** Time and chance, handed in so that a test can hold them. */
export type Clock = {
  /** The time of day. */
  nowMs: () => number;
  /** Milliseconds that never go back. */
  monotonicMs: () => number;
  /** From 0 up to, not including, 1. */
  random: () => number;
  /** Rejects as soon as the signal is given. */
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
