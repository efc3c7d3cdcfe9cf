/** How a program of a version failed. */
export type FailedRun = {
  /** Whether the program was ended since it took too long. */
  readonly isOverdue: boolean;
  /** The signal that ended it. */
  readonly killedBy: string | undefined;
  /** The last lines that it printed. */
  readonly said: readonly string[];
};

/** Words of Python and of the system for what a machine does not give. */
const refusals: readonly (readonly [words: RegExp, trouble: string])[] = [
  [/\bMemoryError\b|Cannot allocate memory/, "it had not enough memory"],
  [/No space left on device|Disk quota exceeded/, "the disk is full"],
  [/Input\/output error|Read-only file system/, "the disk fails"],
  [/Resource temporarily unavailable|Too many open files|can't start new thread/, "this machine has too much to do"],
];

/**
 * Returns the trouble of this machine by which a program of a version failed, which says nothing against the version; undefined: it is
 * that version's own doing. Pure.
 */
export function machineTrouble({ isOverdue, killedBy, said }: FailedRun): string | undefined {
  if (isOverdue) return "this machine was too slow";
  if (killedBy !== undefined) return `something ended it by ${killedBy}`;
  return refusals.find(([words]) => said.some((line) => words.test(line)))?.[1];
}
