import { statSync } from "node:fs";
import { dirname } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import type { Backup, BackUpOptions } from "../backup.ts";
import { BackupError } from "../backup-error.ts";
import { type CounterRow, countersOf, readCounters } from "../counters.ts";
import { DatabaseError } from "../database-error.ts";
import type { SqliteLocation } from "../location.ts";
import { writeNewFile } from "../new-file.ts";
import { type TaskState, taskStates } from "../task-state.ts";
import { findAnyDamage } from "./find-damage.ts";
import { explainOpenError } from "./sqlite-error.ts";

/** The number of pages between two looks at the signal, and two reports of progress (16 MB). */
const pagesAtOnce = 4096;

/**
 * Copies a task table to which others may be writing, as it is at one moment. Nobody waits for it; the log (-wal) of
 * the table grows until it is done.
 *
 * Uses SQLite's online backup within one read transaction (measured for 842 MB: 1.5 s; `VACUUM INTO`, which makes the
 * file anew, 2.1 s). Without the transaction, each commit of another process would make it begin again.
 *
 * The copy gets its name only when it is on the disk and `integrity_check` has found it intact. Only its owner may read
 * it. It has no log: it is one file.
 *
 * @param onProgress gets the share that is done, from 0 to 1.
 * @throws BackupError, DatabaseError; nothing is left of the copy then.
 */
export async function backUpFile(
  { path: source }: SqliteLocation,
  target: string,
  { signal, onProgress }: BackUpOptions = {},
): Promise<Backup> {
  return await writeNewFile(target, async (partial) => {
    await copy(source, partial, (done) => {
      signal?.throwIfAborted();
      onProgress?.(done);
    });
    signal?.throwIfAborted();
    return verify(partial, source);
  });
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
 * Opens a connection that cannot write while others have the table open, so that their log stays. Otherwise opens one
 * that removes, when it is closed, the log that SQLite makes to read.
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

/** A table of a newer or an older dwld counts as dwld's. */
export function refuseOthers(sqlite: BetterSqlite3.Database, path: string): void {
  const known = sqlite.prepare("SELECT count(*) FROM sqlite_master WHERE name IN ('tasks', 'counters')");
  if (known.pluck().get() !== 2) throw new BackupError(`${path} is no task table of dwld.`);
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
    return countersOf(taskStates, sqlite.prepare<[], CounterRow>(readCounters).all());
  } catch (error) {
    throw explainOpenError(error, source);
  } finally {
    sqlite.close();
  }
}

function explainCopyError(error: unknown, source: string, partial: string): unknown {
  const reason = explainOpenError(error, source);
  // Reading needs no disk space.
  if (reason instanceof DatabaseError && ["disk_full", "disk_failed"].includes(reason.problem))
    return new BackupError(
      `the copy cannot be written into ${dirname(partial)} (${(error as Error).message}): is the disk full?`,
      {
        cause: error,
      },
    );
  return reason;
}
