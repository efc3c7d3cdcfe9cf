import type { FileRow } from "@dwld/queue";

/** The number of names with " (n)" that are tried before the task's id becomes the name. */
export const maxCopies = 99;

/**
 * Returns the " (n)" that a task's files get at a destination: the same for all of them if possible, since players find
 * subtitles by the name of the video.
 *
 * @param sizeOf returns the bytes of what has a path at the destination; undefined: the path is free.
 * @param pathsOf returns the paths of all files as the nth copy, from 1.
 */
export async function chooseCopyNumber(
  destination: string,
  files: readonly FileRow[],
  sizeOf: (path: string) => Promise<number | undefined>,
  pathsOf: (copy: number) => readonly string[],
): Promise<number> {
  const isPlaced = (file: FileRow) => file.remote_path !== null && file.destination === destination;
  const fits = (copy: number) => {
    const paths = pathsOf(copy);
    return files.every((file, index) => !isPlaced(file) || file.remote_path === paths[index]);
  };
  if (files.some(isPlaced)) return copies.find(fits) ?? 1;
  // A single file finds its own.
  if (files.length < 2) return 1;
  for (const copy of copies) if (await areFree(files, sizeOf, pathsOf(copy))) return copy;
  return 1;
}

const copies = Array.from({ length: maxCopies }, (_, index) => index + 1);

/** Whether each path is free, or has a file of the same size, which may be the same. */
async function areFree(
  files: readonly FileRow[],
  sizeOf: (path: string) => Promise<number | undefined>,
  paths: readonly string[],
): Promise<boolean> {
  for (const [index, path] of paths.entries()) {
    const sizeBytes = await sizeOf(path);
    if (sizeBytes !== undefined && sizeBytes !== files[index]?.size_bytes) return false;
  }
  return true;
}
