import { randomUUID } from "node:crypto";
import { chmod, lstat, readdir, rename, rm } from "node:fs/promises";
import { errorCode } from "@dwld/text";

/**
 * Removes a file, or a folder with all that is in it; nothing if there is none. A run that was taken over may leave folders that
 * their owner may not read, and such as no path reaches.
 *
 * @throws Error if something stays
 */
export async function removeTree(path: string): Promise<void> {
  const remove = async () => {
    await rm(path, { recursive: true, force: true });
  };
  try {
    await remove();
  } catch (error) {
    if (!["EACCES", "ENAMETOOLONG"].includes(errorCode(error))) throw error;
    await openFolders(path);
    await remove();
  }
}

/** Length of a path, bytes, below which a folder is moved up: a name more, and it still fits into PATH_MAX. */
const longestPath = 3500;

/**
 * Gives the owner of a folder, and of all folders in it, the right to empty them, and moves up those that lie too deep. Follows no
 * link. What it cannot change is met again, with its reason, when it is removed.
 */
async function openFolders(root: string): Promise<void> {
  if (!(await lstat(root)).isDirectory()) return;
  const found: Buffer[] = [Buffer.from(root)];
  for (const folder of found) {
    await chmod(folder, 0o700).catch(() => undefined);
    const place = folder.length > longestPath ? Buffer.from(`${root}/${randomUUID()}`) : folder;
    if (place !== folder) await rename(folder, place).catch(() => undefined);
    // Names are bytes: one that is not UTF-8 would be another one as a text.
    const entries = await readdir(place, { withFileTypes: true, encoding: "buffer" }).catch(() => []);
    for (const entry of entries)
      if (entry.isDirectory()) found.push(Buffer.concat([place, Buffer.from("/"), entry.name]));
  }
}
