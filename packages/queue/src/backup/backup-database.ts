import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { errorText } from "@dwld/text";
import BetterSqlite3 from "better-sqlite3";
import { BackupError } from "./backup-error.ts";
import { DatabaseError, explainOpenError } from "../store/database-error.ts";
import { findAnyDamage } from "../store/find-damage.ts";
import type { TaskState } from "../store/task-state.ts";

export type Backup = {
  path: string;
  sizeBytes: number;
  /** How many tasks it holds, for each state. */
  tasks: Record<TaskState, number>;
};

/** So many pages between two looks at the signal, and two words of progress (16 MB). */
const pagesAtOnce = 4096;

/**
 * A consistent copy of a task table that others may be writing to: as it was at one moment. Nobody waits for it, and
 * what it costs the others is a log (-wal) that grows until it is done.
 *
 * SQLite's online backup within one read transaction (measured for 842 MB: 1.5 s; `VACUUM INTO`, which makes the file
 * anew, 2.1 s). Without the transaction, each commit of another process would make it begin again.
 *
 * The copy has its own name only when it was written to the disk and found intact by `integrity_check`, and nobody but
 * its owner may read it. It has no log: it is one file.
 *
 * @param onProgress is told the share that is done, from 0 to 1.
 * @throws BackupError, DatabaseError; nothing is left of the copy then.
 */
export async function backUpDatabase(
  source: string,
  target: string,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number) => void } = {},
): Promise<Backup> {
  const path = resolve(target);
  refuseExisting(path);
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.partial`);
  try {
    reserve(partial);
    await copy(source, partial, (done) => {
      signal?.throwIfAborted();
      onProgress?.(done);
    });
    signal?.throwIfAborted();
    const tasks = verify(partial, source);
    sync(partial);
    giveName(partial, path);
    return { path, sizeBytes: statSync(path).size, tasks };
  } finally {
    for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(`${partial}${suffix}`, { force: true });
  }
}

function refuseExisting(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined)
    throw new BackupError(`${path} is there already, and nothing is overwritten: name another file.`);
}

function reserve(partial: string): void {
  try {
    closeSync(openSync(partial, "wx", 0o600));
  } catch (error) {
    throw new BackupError(
      `nothing can be written into ${dirname(partial)} (${errorText(error)}): name a file in a folder that is there and may be written to.`,
      { cause: error },
    );
  }
}

async function copy(source: string, partial: string, onProgress: (done: number) => void): Promise<void> {
  const sqlite = openSource(source);
  try {
    sqlite.exec("BEGIN");
    refuseOthers(sqlite, source);
    await sqlite.backup(partial, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress(totalPages === 0 ? 0 : 1 - remainingPages / totalPages);
        return pagesAtOnce;
      },
    });
  } catch (error) {
    throw explainCopyError(error, source, partial);
  } finally {
    sqlite.close();
  }
}

/**
 * By a connection that cannot write, as long as others have the table open: what it leaves is theirs. Else by one that
 * removes at its end the log that SQLite makes to read.
 */
function openSource(source: string): BetterSqlite3.Database {
  if (statSync(source, { throwIfNoEntry: false })?.isFile() !== true)
    throw new BackupError(`there is no task table at ${source}: see database.path of the configuration.`);
  const inUse = statSync(`${source}-wal`, { throwIfNoEntry: false }) !== undefined;
  try {
    return new BetterSqlite3(source, { timeout: 10_000, readonly: inUse, fileMustExist: true });
  } catch (error) {
    throw explainOpenError(error, source);
  }
}

/** A newer or an older dwld's is ours. */
export function refuseOthers(sqlite: BetterSqlite3.Database, path: string): void {
  const known = sqlite.prepare("SELECT count(*) FROM sqlite_master WHERE name IN ('tasks', 'tallies', 'counters')");
  if (known.pluck().get() !== 3) throw new BackupError(`${path} is no task table of dwld.`);
}

function verify(partial: string, source: string): Record<TaskState, number> {
  const sqlite = new BetterSqlite3(partial);
  try {
    sqlite.pragma("journal_mode = DELETE");
    const damage = findAnyDamage(sqlite);
    if (damage !== undefined)
      throw new BackupError(
        `${source} is damaged (${damage}), and was not copied. Keep the backups that you have; "A damaged table" in docs/operations.md says what to do.`,
      );
    const tallies = sqlite.prepare<[], { state: TaskState; count: number }>("SELECT state, count FROM tallies").all();
    return Object.fromEntries(tallies.map(({ state, count }) => [state, count])) as Record<TaskState, number>;
  } catch (error) {
    throw explainOpenError(error, source);
  } finally {
    sqlite.close();
  }
}

/** To the disk: SQLite does so with a table that is worked with, and not with a copy. */
export function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Without taking the place of a file that came meanwhile, where the file system knows hard links. */
function giveName(partial: string, path: string): void {
  try {
    linkSync(partial, path);
  } catch {
    refuseExisting(path);
    renameSync(partial, path);
  }
  sync(dirname(path));
}

function explainCopyError(error: unknown, source: string, partial: string): unknown {
  const reason = explainOpenError(error, source);
  // Reading needs no room.
  if (reason instanceof DatabaseError && ["disk_full", "disk_failed"].includes(reason.problem))
    return new BackupError(
      `the copy cannot be written into ${dirname(partial)} (${(error as Error).message}): is the disk full?`,
      {
        cause: error,
      },
    );
  return reason;
}
