import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { errorCode } from "@dwld/text";
import BetterSqlite3 from "better-sqlite3";
import { busyDeadlineMs } from "../group-commit.ts";
import { findDamage, forgetDamage } from "./find-damage.ts";
import { migrate, refuseOtherSchemas } from "./migrate.ts";
import { topics } from "../topics.ts";
import { notifyPath } from "./notify-files.ts";
import { damaged, explainOpenError } from "./sqlite-error.ts";
import { SqliteEngine } from "./sqlite-engine.ts";

/**
 * Opens the task table in a file, makes it if there is none, and brings its schema up to date.
 *
 * Durability: WAL with `synchronous = FULL` is fsynced at every commit, so an answer given after a commit survives
 * power loss. It is set on every open, since better-sqlite3 is built with NORMAL for files that are in WAL already.
 *
 * @throws DatabaseError if the file cannot be used; the message says why and what to do. The file is left as it was.
 */
export async function openSqlite(path: string): Promise<SqliteEngine> {
  const deadline = performance.now() + busyDeadlineMs;
  for (;;)
    try {
      return await openOnce(path);
    } catch (error) {
      const busy = errorCode(error).startsWith("SQLITE_BUSY");
      if (!busy || performance.now() > deadline) throw explainOpenError(error, path);
      await pause(1 + Math.random() * 20);
    }
}

/** Throws SQLITE_BUSY while others make or migrate the file: SQLite does not wait for all of these locks. */
async function openOnce(path: string): Promise<SqliteEngine> {
  makeFolder(dirname(path));
  refuseDamaged(path);
  keepPrivate(path);
  const sqlite = new BetterSqlite3(path, { timeout: 5 });
  try {
    // Checked before anything is written: a file that is not dwld's stays as it is.
    refuseOtherSchemas(sqlite, path);
    sqlite.pragma("journal_mode = WAL");
    sqlite.pragma("synchronous = FULL");
    sqlite.pragma("foreign_keys = ON");
    // A statement keeps the old pages of what its triggers change: by default they may go to a file.
    sqlite.pragma("temp_store = MEMORY");
    sqlite.pragma(`journal_size_limit = ${16 * 1024 * 1024}`);
    await migrate(sqlite, path);
    return new SqliteEngine(sqlite, path);
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/**
 * Refuses a damaged file. Uses a connection that cannot write, since closing any other brings the log (-wal) into the
 * file.
 */
function refuseDamaged(path: string): void {
  // Read in this order: a process that makes a new file writes into it before it writes its log.
  const logBytes = sizeOf(`${path}-wal`);
  if (sizeOf(path) === 0) {
    if (logBytes > 0) throw damaged(path, "it is gone or empty, and its log, which is of no use alone, is still there");
    return;
  }
  const sqlite = new BetterSqlite3(path, { timeout: 5, readonly: logBytes > 0 });
  try {
    refuseOtherSchemas(sqlite, path);
    const damage = findDamage(sqlite, path);
    if (damage !== undefined) throw damaged(path, damage);
    forgetDamage(path);
  } finally {
    sqlite.close();
  }
}

/** Returns 0 if there is no such file. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * Makes the file private: SQLite gives its log and index (-wal, -shm) the mode of the file, and others would read
 * everybody's links.
 */
function keepPrivate(path: string): void {
  try {
    // Never opens an existing file: to close it would drop the locks of this process's other connections (fcntl).
    closeSync(openSync(path, "wx", 0o660));
  } catch {
    // The file exists or cannot be made: SQLite, which opens it next, says why.
  }
  const besides = ["-wal", "-shm"].map((suffix) => `${path}${suffix}`);
  for (const each of [path, ...besides, ...topics.map((topic) => notifyPath(path, topic))]) closeToOthers(each);
}

/**
 * Takes from others the rights to a file that an earlier version left open to them. A file of another user stays as it
 * is.
 */
function closeToOthers(path: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o007) === 0) return;
  try {
    chmodSync(path, mode & 0o770);
  } catch (error) {
    if (!["EPERM", "EROFS", "ENOENT"].includes(errorCode(error))) throw error;
  }
}

/**
 * Makes a folder step by step: Node's own `recursive` never ends if a parent answers ENOENT for ever, as /proc does
 * (24.21).
 */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o750 });
  } catch (error) {
    // Another process was faster.
    if (!existsSync(folder)) throw error;
  }
}
