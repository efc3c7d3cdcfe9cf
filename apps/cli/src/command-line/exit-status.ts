/** 0: done; 1: failed; 2: wrong command line; 3: `unheardStatus`; 128 + n: ended by signal n. */
export type ExitStatus = number;

/** The api stayed away, so the state of the tasks that were waited for is not known. */
export const unheardStatus = 3;

/** For the help and the manual page. */
export const exitStatuses: readonly [status: ExitStatus, meaning: string][] = [
  [0, "done"],
  [1, "it failed"],
  [2, "wrong command line"],
  [unheardStatus, "waited for an api that stayed away"],
  [130, "ended by Ctrl-C"],
];
