/** Pauses that double with each failure in a row. */
export type Backoff = {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Share of a pause that is random: 0 (default) for none, 0.5 for "equal jitter", 1 for "full jitter". */
  readonly jitter?: number;
};

/** Keeps the power finite, however long the failures go on. */
const mostDoublings = 52;

/**
 * Returns the pause after `failures` failures in a row (from 1), in whole milliseconds.
 *
 * @param random from 0, the shortest pause that the jitter allows, up to 1, the full one.
 */
export function backoffMs({ firstMs, longestMs, jitter = 0 }: Backoff, failures: number, random = 1): number {
  const doublings = Math.min(Math.max(failures - 1, 0), mostDoublings);
  return jittered(Math.min(firstMs * 2 ** doublings, longestMs), jitter, random);
}

/** Returns a pause between `(1 - jitter) × pauseMs` and `pauseMs`, so that those who failed together return apart. */
export function jittered(pauseMs: number, jitter: number, random: number): number {
  return Math.round(pauseMs * (1 - jitter + jitter * random));
}
