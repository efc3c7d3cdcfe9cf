import { setTimeout as pause } from "node:timers/promises";

/** Between two looks: a part of what has been waited already, so that looking takes no core from what is waited for. */
const pauses = { part: 0.05, leastMs: 10, mostMs: 250 } as const;

/** The condition did not come true in time; the message says what was waited for and what was seen last. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
  readonly code = "DEADLINE";
}

export interface EventuallyOptions {
  deadlineMs?: number;
  /** Ends the waiting at once, with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Words for the error message: what the last look saw. */
  describe?: () => string;
}

/**
 * Looks, ever more seldom down to four times a second, until `look` gives something other than undefined, null or false, and returns it.
 * An error thrown by `look` counts as "not yet"; the last one becomes the cause of the DeadlineError.
 * Everything here that waits for another program waits through this function.
 */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  { deadlineMs = 10_000, signal, describe }: EventuallyOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  const startMs = performance.now();
  let cause: unknown;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const seen = await look();
      if (seen !== undefined && seen !== null && seen !== false) {
        return seen as Exclude<T, undefined | null | false>;
      }
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    const waitedMs = performance.now() - startMs;
    if (waitedMs >= deadlineMs) break;
    const pauseMs = Math.min(Math.max(waitedMs * pauses.part, pauses.leastMs), pauses.mostMs);
    await pause(pauseMs, undefined, signal === undefined ? {} : { signal });
  }
  const seen = [cause instanceof Error ? cause.message : "", describe?.() ?? ""].filter((text) => text !== "");
  throw new DeadlineError(
    [`Waited ${deadlineMs} ms in vain: ${what}`, ...seen].join("\n"),
    cause === undefined ? {} : { cause },
  );
}
