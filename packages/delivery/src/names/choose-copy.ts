import type { FileRow } from "@dwld/queue";
import type { Session } from "../destination/destination.ts";
import { mostCopies } from "../deliver/reserve-name.ts";

/**
 * Which ` (n)` a task's files have on the server: the same for all of them where that can be, since players find
 * subtitles by the name of the video.
 *
 * @param pathsOf the paths of all files as the nth copy.
 */
export async function chooseCopy(
  session: Session,
  destination: string,
  files: readonly FileRow[],
  pathsOf: (copy: number) => readonly string[],
): Promise<number> {
  const isPlaced = (file: FileRow) => file.remote_path !== null && file.destination === destination;
  const fits = (copy: number) => {
    const paths = pathsOf(copy);
    return files.every((file, index) => !isPlaced(file) || file.remote_path === paths[index]);
  };
  if (files.some(isPlaced)) return copies.find(fits) ?? 1;
  // One alone finds its place without that.
  if (files.length < 2) return 1;
  for (const copy of copies) if (await isFree(session, files, pathsOf(copy))) return copy;
  return 1;
}

const copies = Array.from({ length: mostCopies }, (_, index) => index + 1);

/** Or taken by what may be the same. */
async function isFree(session: Session, files: readonly FileRow[], paths: readonly string[]): Promise<boolean> {
  for (const [index, path] of paths.entries()) {
    const sizeBytes = await session.size(path);
    if (sizeBytes !== undefined && sizeBytes !== files[index]?.size_bytes) return false;
  }
  return true;
}
