import { existsSync, renameSync } from "node:fs";
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
import { removeTree } from "./remove-tree.ts";
import { makeOwnFolder, ownFolderOf, workdirOf } from "./workdir.ts";

/** Name of a task's folder: its id. The janitor looks at nothing else below dwld's own folder. */
const taskId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Removes folders and files of this host that belong to no task, or of which another host has newer ones: after a cancel
 * without an owner, a delete, a crash, a restart elsewhere.
 */
export type Janitor = {
  /** Removes what was canceled, delivered or deleted since the last call. */
  tidy(): Promise<void>;
  /** Looks at every folder, and at what was deleted while no worker ran. */
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
  const discard = async (id: string): Promise<void> => {
    const { root } = workdirOf(ownFolder, id);
    if (!existsSync(root)) return;
    const before = await workdirNeed(database, id, host);
    if (before === "never") renameIfThere(root, join(trash, id));
    if (before !== "not now") return;
    await database.write(async (transaction) => {
      if ((await workdirNeed(transaction, id, host)) !== "now") renameIfThere(root, join(trash, id));
    }, false);
  };
  /** Keeps the folder itself: on a full disk none could be made. */
  const emptyTrash = async (): Promise<void> => {
    for (const name of await readdir(trash)) await removeTree(join(trash, name));
  };
  /** Removes files that were to be deleted with their task. */
  const removeDeleted = async (): Promise<void> => {
    const paths = await filesToRemove(database, host);
    for (const path of paths) if (resolve(path).startsWith(resolve(downloads) + sep)) await rm(path, { force: true });
    await noteRemoved(database, host, paths);
  };
  return {
    tidy: async () => {
      const upTo = await currentRevision(database);
      const deleted = await deletedSince(database, seen);
      const ids = [...deleted, ...(await endedSince(database, seen)).map(({ id }) => id)];
      seen = upTo;
      if (ids.length === 0) return;
      await mkdir(trash, { recursive: true });
      for (const id of ids) await discard(id);
      await removeDeleted();
      await emptyTrash();
    },
    sweep: async () => {
      await makeOwnFolder(downloads, ownFolder);
      await mkdir(trash, { recursive: true });
      for (const name of await readdir(ownFolder)) if (taskId.test(name)) await discard(name);
      await removeDeleted();
      await emptyTrash();
    },
  };
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}
