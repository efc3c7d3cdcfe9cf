import { rm } from "node:fs/promises";
import { makeFolder, type PlacedFolder, placeFile } from "@dwld/delivery";
import type { DownloadedFile, TaskRow } from "@dwld/queue";

/**
 * Delivery is off: puts files where the operator looks for them, `<downloads>/<user_name>/<folder>/`. The task's own
 * folder, where they were, is removed once this is on record: until then a worker that dies here finds them again, under
 * the names that they have.
 *
 * @returns the files as they are there, and a remark where their folder has another name than was asked for.
 * @throws FolderError where the folder does not take them; then none is there.
 */
export async function keepFiles(
  downloads: string,
  task: Pick<TaskRow, "id" | "user_name" | "folder">,
  files: readonly DownloadedFile[],
): Promise<{ files: DownloadedFile[]; remark: PlacedFolder["remark"] }> {
  const folder = await makeFolder(downloads, `${task.user_name}/${task.folder}`);
  const kept: DownloadedFile[] = [];
  try {
    for (const file of files) {
      const { name, path } = await placeFile(folder, { name: file.name, path: file.localPath }, task.id);
      kept.push({ ...file, name, localPath: path });
    }
  } catch (error) {
    // All or nothing: the next time they would get other names.
    await removeKept(kept);
    throw error;
  }
  return { files: kept, remark: folder.remark };
}

/** Takes back what was put there for a task that was canceled at that moment. */
export async function removeKept(files: readonly DownloadedFile[]): Promise<void> {
  for (const { localPath } of files) await rm(localPath, { force: true });
}
