import type { DatabaseOptions } from "./database.ts";
import type { TaskState } from "./task-state.ts";

export type Backup = {
  path: string;
  sizeBytes: number;
  /** The number of tasks in each state. */
  tasks: Record<TaskState, number>;
};

export type Restored = {
  /** Names the table. */
  name: string;
  /** The path of the table that was there before, or undefined if there was none. */
  keptAside: string | undefined;
  /** The number of tasks in each state. Undefined: the table is empty, and the next start makes it. */
  tasks: Record<TaskState, number> | undefined;
};

/** Runs a program to its end. `found` is false if there is no such program. */
export type RunProgram = (
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
) => Promise<{ found: boolean; exitCode: number | undefined; stdout: string; stderr: string }>;

/** How an engine finds and runs programs of its own. */
export type Programs = {
  readonly run: RunProgram;
  /** The folders in which programs are sought, with colons between them. */
  readonly path: string;
};

export type BackUpOptions = Pick<DatabaseOptions, "readSecret"> & {
  readonly signal?: AbortSignal;
  /** Gets the share that is done, from 0 to 1, if it is known. */
  readonly onProgress?: (done: number) => void;
  /** Absent: a backup that needs any fails. */
  readonly programs?: Programs;
};

export type RestoreOptions = Pick<DatabaseOptions, "readSecret"> & {
  /** Ends it by its reason as long as nothing was changed. */
  readonly signal?: AbortSignal;
  readonly now: Date;
  readonly programs?: Programs;
};
