import { link, mkdir, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { DownloadedFile, TaskRow } from "@dwld/queue";
import { numberedFileName } from "./file-name.ts";

/** Names with more copies than this are somebody's mistake. */
const maxCopies = 10_000;

/**
 * Delivery is off: moves files out to where the operator looks for them, `<downloads>/<user_name>/<folder>/`. A name
 * that is there already is never overwritten: the next one is "name (2)".
 */
export async function keepFiles(
  downloads: string,
  task: Pick<TaskRow, "user_name" | "folder">,
  files: readonly DownloadedFile[],
): Promise<DownloadedFile[]> {
  const folder = join(downloads, task.user_name, task.folder);
  await mkdir(folder, { recursive: true });
  const kept: DownloadedFile[] = [];
  for (const file of files) kept.push(await keepFile(folder, file));
  return kept;
}

/** A hard link fails where the name exists, which a rename does not. */
async function keepFile(folder: string, file: DownloadedFile): Promise<DownloadedFile> {
  for (let copy = 1; copy <= maxCopies; copy += 1) {
    const name = copy === 1 ? file.name : numberedFileName(file.name, copy);
    const localPath = join(folder, name);
    try {
      await link(file.localPath, localPath);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") continue;
      throw error;
    }
    await unlink(file.localPath);
    return { ...file, name, localPath };
  }
  throw new Error(`${folder} holds ${maxCopies} files named like ${file.name}`);
}

/** Takes back what was moved for a task that was canceled at that moment. */
export async function removeKept(files: readonly DownloadedFile[]): Promise<void> {
  for (const { localPath } of files) await rm(localPath, { force: true });
}
