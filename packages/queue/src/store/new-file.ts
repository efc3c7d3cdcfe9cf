import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { errorText } from "@dwld/text";
import type { Backup } from "./backup.ts";
import { BackupError } from "./backup-error.ts";

/**
 * Has a backup written under another name, and gives it its own when it is on the disk. Only its owner may read it.
 *
 * @param write fills the file, which is there and empty.
 * @throws BackupError if the file is there already, or cannot be made. Nothing is left of it if anything is thrown.
 */
export async function writeNewFile(
  target: string,
  write: (partial: string) => Promise<Backup["tasks"]>,
): Promise<Backup> {
  const path = resolve(target);
  refuseExisting(path);
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.partial`);
  try {
    reserve(partial);
    const tasks = await write(partial);
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

/** Fsyncs a file or folder. */
export function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Renames without replacing a file that came meanwhile, if the file system has hard links. */
export function giveName(partial: string, path: string): void {
  try {
    linkSync(partial, path);
  } catch {
    refuseExisting(path);
    renameSync(partial, path);
  }
  sync(dirname(path));
}
