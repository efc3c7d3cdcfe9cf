import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, lstatSync, renameSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import {
  currentRevision,
  type Database,
  deletedSince,
  endedSince,
  filesToRemove,
  type Host,
  noteRemoved,
  workdirNeed,
} from "@dwld/queue";
import { errorCode } from "@dwld/text";
import { Leftovers } from "./leftovers.ts";
import { removeTree } from "./remove-tree.ts";
import { makeOwnFolder, ownFolderOf, workdirOf } from "./workdir.ts";

/** Name of a task's folder: its id. The janitor looks at nothing else below dwld's own folder. */
const taskId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Removes folders and files of this host that belong to no task, or of which another host has newer ones: after a cancel
 * without an owner, a delete, a crash, a restart elsewhere.
 */
export type Janitor = {
  /** Removes what was canceled, delivered or deleted since the last call. What cannot be removed is left to the next sweep. */
  tidy(): Promise<void>;
  /**
   * Looks at every folder, and at what was deleted while no worker ran.
   *
   * @throws Error that names what cannot be removed, once all else is
   */
  sweep(): Promise<void>;
};

export async function createJanitor(database: Database, downloads: string, host: Host): Promise<Janitor> {
  const ownFolder = ownFolderOf(downloads, host);
  const trash = join(ownFolder, "trash");
  // The sweep finds what ended before.
  let seen = await currentRevision(database);

  /**
   * Renames the folder of a task that needs it no more: in a transaction if the task may be started again, so that
   * nobody claims it between the check and the renaming.
   */
  const discard = async (id: string, left: Leftovers): Promise<void> => {
    const { root } = workdirOf(ownFolder, id);
    if (!existsSync(root)) return;
    // The name is new: an earlier folder of the task may still be there.
    const setAside = () => left.without(root, () => renameIfThere(root, join(trash, `${id}.${randomUUID()}`)));
    const before = await workdirNeed(database, id, host);
    if (before === "never") await setAside();
    if (before !== "not now") return;
    await database.write(async (transaction) => {
      if ((await workdirNeed(transaction, id, host)) !== "now") await setAside();
    }, false);
  };
  /** Keeps the folder itself: on a full disk none could be made. */
  const emptyTrash = async (left: Leftovers): Promise<void> => {
    for (const path of (await readdir(trash)).map((name) => join(trash, name)))
      await left.without(path, () => removeTree(path));
  };
  /** Removes files that were to be deleted with their task. */
  const removeDeleted = async (left: Leftovers): Promise<void> => {
    const removed: string[] = [];
    for (const path of await filesToRemove(database, host)) {
      const isOurs = resolve(path).startsWith(resolve(downloads) + sep);
      if (!isOurs || (await left.without(path, () => rm(path, { force: true })))) removed.push(path);
    }
    await noteRemoved(database, host, removed);
  };
  return {
    tidy: async () => {
      const upTo = await currentRevision(database);
      const deleted = await deletedSince(database, seen);
      const ids = [...deleted, ...(await endedSince(database, seen)).map(({ id }) => id)];
      seen = upTo;
      if (ids.length === 0) return;
      await mkdir(trash, { recursive: true });
      const left = new Leftovers();
      for (const id of ids) await discard(id, left);
      await removeDeleted(left);
      await emptyTrash(left);
    },
    sweep: async () => {
      await makeOwnFolder(downloads, ownFolder);
      await mkdir(trash, { recursive: true });
      const left = new Leftovers();
      for (const name of await readdir(ownFolder)) if (taskId.test(name)) await discard(name, left);
      await removeDeleted(left);
      await emptyTrash(left);
      left.tell();
    },
  };
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    if (errorCode(error) !== "EACCES" || !lstatSync(from).isDirectory()) throw error;
    // Its ".." changes, so its owner has to have the right to write it.
    chmodSync(from, 0o700);
    renameSync(from, to);
  }
}
