/** A file is not of the plain form whose figures are certain: ffprobe judges it. */
export class NotPlainError extends Error {
  readonly code = "not_plain";
}

/**
 * Ends the reading of a file that is not plain.
 *
 * @throws NotPlainError
 */
export function insist(holds: boolean, what: string): asserts holds {
  if (!holds) throw new NotPlainError(what);
}

/** Returns a value that a plain file has. */
export function existing<T>(value: T | undefined, what: string): T {
  insist(value !== undefined, what);
  return value;
}
