import { copyFile, link, mkdir, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DownloadedFile, TaskRow } from "@dwld/queue";
import { numberedFileName } from "./file-name.ts";

/** Names with more copies than this are somebody's mistake. */
const maxCopies = 10_000;

/**
 * Delivery is off: puts files where the operator looks for them, `<downloads>/<user_name>/<folder>/`. A name that is
 * there already is never overwritten: the next one is "name (2)". The task's own folder, where they were, is removed
 * once this is on record: until then a worker that dies here finds them again, under the names that they have.
 */
export async function keepFiles(
  downloads: string,
  task: Pick<TaskRow, "id" | "user_name" | "folder">,
  files: readonly DownloadedFile[],
): Promise<DownloadedFile[]> {
  const folder = join(downloads, task.user_name, task.folder);
  await mkdir(folder, { recursive: true });
  const kept: DownloadedFile[] = [];
  try {
    for (const file of files) kept.push(await keepFile(folder, file, join(folder, `.dwld-${task.id}.part`)));
  } catch (error) {
    // All or nothing: the next time they would get other names.
    await removeKept(kept);
    throw error;
  }
  return kept;
}

/** @param part where a copy is made if another file system is mounted there: under its own name it is whole or not. */
async function keepFile(folder: string, file: DownloadedFile, part: string): Promise<DownloadedFile> {
  try {
    return await linkInto(folder, file, file.localPath);
  } catch (error) {
    if (!isCode(error, "EXDEV")) throw error;
  }
  try {
    await copyFile(file.localPath, part);
    await syncFile(part);
    return await linkInto(folder, file, part);
  } finally {
    await rm(part, { force: true });
  }
}

/** A hard link fails where the name exists, which a rename does not. */
async function linkInto(folder: string, file: DownloadedFile, from: string): Promise<DownloadedFile> {
  for (let copy = 1; copy <= maxCopies; copy += 1) {
    const name = copy === 1 ? file.name : numberedFileName(file.name, copy);
    const localPath = join(folder, name);
    try {
      await link(from, localPath);
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw error;
      // Of a worker that died before it was on record.
      if (!(await isSameFile(from, localPath))) continue;
    }
    return { ...file, name, localPath };
  }
  throw new Error(`${folder} holds ${maxCopies} files named like ${file.name}`);
}

async function isSameFile(path: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(path), stat(other)]);
  return a.ino === b.ino && a.dev === b.dev;
}

/** The original goes afterwards. */
async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Takes back what was put there for a task that was canceled at that moment. */
export async function removeKept(files: readonly DownloadedFile[]): Promise<void> {
  for (const { localPath } of files) await rm(localPath, { force: true });
}
