import { backoffMs, type Backoff } from "@dwld/timing";
import { classifyFailure } from "./call-failure.ts";
import type { Clock } from "./clock.ts";

/** Pauses between two calls; a random half is left out, so that clients do not come back all at once. */
export const callBackoff: Backoff = { firstMs: 250, longestMs: 5000, jitter: 0.5 };

export type RepeatOptions = {
  signal: AbortSignal;
  clock: Clock;
  /** How long a call is repeated while the server is away, ms. */
  retryMs: number;
  /** False if this server has not answered yet: then one that cannot be reached is an error at once. */
  reached: boolean;
  /** Called once, before the first repetition. */
  onRepeat: (error: unknown) => void;
};

/**
 * Makes an idempotent call, and repeats it while the server is away or busy.
 * @throws the error of the last try.
 */
export async function repeatCall<Answer>(call: () => Promise<Answer>, options: RepeatOptions): Promise<Answer> {
  const { signal, clock, retryMs } = options;
  const endMs = clock.monotonicMs() + retryMs;
  for (let failures = 0; ; failures += 1) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      const kind = classifyFailure(error);
      const hopeless = kind === "answered" || kind === "foreign" || (kind === "unreached" && !options.reached);
      if (hopeless || clock.monotonicMs() >= endMs) throw error;
      if (failures === 0) options.onRepeat(error);
    }
    await clock.sleep(backoffMs(callBackoff, failures + 1, clock.random()), signal);
  }
}
