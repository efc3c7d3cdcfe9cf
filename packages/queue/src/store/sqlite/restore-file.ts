import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, linkSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import type { Restored, RestoreOptions } from "../backup.ts";
import { BackupError } from "../backup-error.ts";
import { drawIdentity } from "../counters.ts";
import type { SqliteLocation } from "../location.ts";
import { sync } from "../new-file.ts";
import { backUpFile, refuseOthers } from "./back-up-file.ts";
import { findHolders } from "./find-holders.ts";
import { damageMark } from "./find-damage.ts";
import { refuseOtherSchemas } from "./migrate.ts";

/** The files that belong to a table beside its own. */
const companions = ["-wal", "-shm"];

/**
 * Puts a backup, or an empty table, in the place of the task table. The old table is kept aside under a name with the
 * time, together with its log: a log that stayed would be taken for that of the backup.
 *
 * The restored table has a new identity: a client that watched the one before, and comes back, is told everything anew.
 *
 * @param backup undefined: an empty table.
 * @throws BackupError, DatabaseError; nothing was changed then.
 */
export async function restoreFile(
  { path }: SqliteLocation,
  backup: string | undefined,
  { signal, now }: RestoreOptions,
): Promise<Restored> {
  refuseInUse(path);
  const prepared = backup === undefined ? undefined : await prepare(path, backup, signal);
  try {
    refuseInUse(path);
    const keptAside = keepAside(path, now, prepared === undefined);
    if (prepared !== undefined) renameSync(prepared.path, path);
    rmSync(damageMark(path), { force: true });
    sync(dirname(path));
    return { name: path, keptAside, tasks: prepared?.tasks };
  } finally {
    if (prepared !== undefined) rmSync(prepared.path, { force: true });
  }
}

/** Makes a copy beside the table, checks that it is intact, and gives it the owner of the one before. */
async function prepare(path: string, backup: string, signal: AbortSignal | undefined) {
  if (resolve(backup) === resolve(path)) throw new BackupError(`${backup} is the task table itself: name a backup.`);
  const partial = `${path}.${randomBytes(4).toString("hex")}.restoring`;
  const copied = await backUpFile({ path: backup }, partial, signal && { signal });
  try {
    const sqlite = new BetterSqlite3(copied.path);
    try {
      refuseOthers(sqlite, backup);
      refuseOtherSchemas(sqlite, backup);
      sqlite.prepare("UPDATE counters SET value = ? WHERE name = 'identity'").run(drawIdentity());
    } finally {
      sqlite.close();
    }
    takeAfter(copied.path, path);
    sync(copied.path);
    return copied;
  } catch (error) {
    rmSync(copied.path, { force: true });
    throw error;
  }
}

/** Sets the owner and mode of the table before, or the owner of its folder. */
export function takeAfter(copied: string, path: string): void {
  const before = statSync(path, { throwIfNoEntry: false });
  if (before !== undefined) chmodSync(copied, before.mode & 0o777);
  const { uid, gid } = before ?? statSync(dirname(path));
  const own = statSync(copied);
  if (own.uid !== uid || own.gid !== gid) chownSync(copied, uid, gid);
}

/** Keeps a table aside. @param gone tells whether no other takes its place. */
function keepAside(path: string, now: Date, gone: boolean): string | undefined {
  const aside = freeName(`${path}.aside-${now.toISOString().replaceAll(/[-:]|\.\d+/g, "")}`);
  const there = existsSync(path);
  // The file keeps its own name until the other one takes it, so that there is always one.
  if (there) linkOrMove(path, aside);
  for (const suffix of companions.filter((one) => existsSync(`${path}${one}`)))
    renameSync(`${path}${suffix}`, `${aside}${suffix}`);
  if (there && gone) rmSync(path, { force: true });
  return there || existsSync(`${aside}-wal`) ? aside : undefined;
}

function linkOrMove(path: string, aside: string): void {
  try {
    linkSync(path, aside);
  } catch {
    renameSync(path, aside);
  }
}

function freeName(wanted: string): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!["", ...companions].some((suffix) => existsSync(`${name}${suffix}`))) return name;
  }
}

/** @throws BackupError that names the processes that have a table open. */
function refuseInUse(path: string): void {
  const holders = findHolders(path);
  if (holders.length > 0)
    throw new BackupError(
      `${path} is in use by process ${holders.join(", ")}: stop all of dwld, and repeat. Nothing was changed.`,
    );
}
