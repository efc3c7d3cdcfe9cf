import { renameSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { currentRevision, type Database, deletedSince, endedSince, needsWorkingFolder, noteRemoved } from "@dwld/queue";
import { errorCode } from "@dwld/text";
import { makeOwnFolder, ownFolderName, taskFolder } from "./workdir.ts";

/** A task's folder is named by its id; nothing else below the own folder is looked at. */
const taskId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Removes what belongs to no task any more: after a cancel whose owner was dead, after a delete, after a crash. */
export type Janitor = {
  /** What was canceled, delivered and deleted since the last look. */
  tidy(): Promise<void>;
  /** Everything below the own folder, and what was deleted while no worker ran: once, at the start. */
  sweep(): Promise<void>;
};

export function createJanitor(database: Database, downloads: string): Janitor {
  const ownFolder = join(downloads, ownFolderName);
  const trash = join(ownFolder, "trash");
  // What ended before is found by the sweep.
  let seen = currentRevision(database);

  /** Within a write lock, so that nobody claims the task between the look and the renaming. */
  const discard = async (id: string): Promise<void> => {
    const { root } = taskFolder(downloads, id);
    await database.write((transaction) => {
      if (needsWorkingFolder(transaction, id)) return;
      renameIfThere(root, join(trash, id));
    }, false);
  };
  /** It stays itself: on a full disk none could be made. */
  const emptyTrash = async (): Promise<void> => {
    for (const name of await readdir(trash)) await rm(join(trash, name), { recursive: true, force: true });
  };
  /** What was kept for the operator, and is to go with its task. */
  const removeDeleted = async (deleted: ReturnType<typeof deletedSince>): Promise<void> => {
    const leaving = deleted.filter(({ removePaths }) => removePaths.length > 0);
    for (const path of leaving.flatMap(({ removePaths }) => removePaths))
      if (resolve(path).startsWith(resolve(downloads) + sep)) await rm(path, { force: true });
    if (leaving.length > 0)
      await noteRemoved(
        database,
        leaving.map(({ id }) => id),
      );
  };
  return {
    tidy: async () => {
      const upTo = currentRevision(database);
      const deleted = deletedSince(database, seen);
      const ids = [...deleted, ...endedSince(database, seen)].map(({ id }) => id);
      seen = upTo;
      if (ids.length === 0) return;
      await mkdir(trash, { recursive: true });
      for (const id of ids) await discard(id);
      await removeDeleted(deleted);
      await emptyTrash();
    },
    sweep: async () => {
      await makeOwnFolder(downloads);
      await mkdir(trash, { recursive: true });
      for (const name of await readdir(ownFolder)) if (taskId.test(name)) await discard(name);
      await removeDeleted(deletedSince(database, 0));
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
