import { setTimeout as pause } from "node:timers/promises";

/** Far beyond what anything takes on a machine that does much else at the same time, ms. */
const usualDeadlineMs = 30_000;

/** The pause between two checks grows with the time waited, so that checking takes no CPU from the other program. */
const pauses = { part: 0.1, leastMs: 2, mostMs: 250 } as const;

/** The condition did not become true in time. The message names it, and what was seen last. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
  readonly code = "DEADLINE";
}

export interface EventuallyOptions {
  deadlineMs?: number;
  /** Aborts the wait with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Describes what the last check saw, for the error message. */
  describe?: () => string | Promise<string>;
}

/**
 * Calls `look`, at growing pauses of up to 250 ms, until it returns something other than undefined, null or false, and
 * returns that. An error of `look` counts as "not yet"; the last one becomes the cause of the DeadlineError.
 */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  { deadlineMs = usualDeadlineMs, signal, describe }: EventuallyOptions = {},
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
  const seen = [cause instanceof Error ? cause.message : "", (await describe?.()) ?? ""].filter((text) => text !== "");
  throw new DeadlineError(
    [`Waited ${deadlineMs} ms in vain: ${what}`, ...seen].join("\n"),
    cause === undefined ? {} : { cause },
  );
}
