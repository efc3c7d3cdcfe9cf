import type { Input } from "./arguments/links.ts";
import type { DownloadClient } from "./connection/client.ts";
import type { Clock } from "./connection/clock.ts";
import { explainFailure } from "./connection/explain-failure.ts";
import type { Output } from "./output.ts";

/** 0: what was asked happened; 1: it did not; 2: the command was written wrong; 128 + n: ended by signal n. */
export type ExitStatus = number;

/** The same for help and the manual page. */
export const EXIT_STATUSES: readonly [status: ExitStatus, meaning: string][] = [
  [0, "done"],
  [1, "it failed"],
  [2, "written wrong"],
  [130, "ended by Ctrl-C"],
];

/** What one run of a command works with. */
export type Session = {
  client: DownloadClient;
  /** The base URL of the api. */
  server: string;
  output: Output;
  input: Input;
  clock: Clock;
  /** Given when the command is to end: a signal came. */
  signal: AbortSignal;
};

/** The command line asks for something that makes no sense. */
export class UsageError extends Error {
  readonly code = "usage";
}

/** One line on why a call of this session failed. */
export function explain(session: Session, error: unknown): string {
  return explainFailure(error, session.server);
}
