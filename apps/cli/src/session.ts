import type { Input } from "./arguments/links.ts";
import type { DownloadClient } from "./connection/client.ts";
import type { Clock } from "./connection/clock.ts";
import { explainFailure } from "./connection/explain-failure.ts";
import { TaskNameError } from "./connection/find-task.ts";
import type { Output } from "./output.ts";

/** 0: what was asked happened; 1: it did not; 2: written wrong; 3: UNHEARD_STATUS; 128 + n: ended by signal n. */
export type ExitStatus = number;

/** The api stayed away, so nobody knows what became of the tasks that were waited for. */
export const UNHEARD_STATUS = 3;

/** The same for help and the manual page. */
export const EXIT_STATUSES: readonly [status: ExitStatus, meaning: string][] = [
  [0, "done"],
  [1, "it failed"],
  [2, "written wrong"],
  [UNHEARD_STATUS, "waited for an api that stayed away"],
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

/** Why a call of this session failed, in one line; or why a name means no one task. */
export function explain(session: Pick<Session, "server">, error: unknown): string {
  if (error instanceof TaskNameError) return error.message;
  return explainFailure(error, session.server);
}
