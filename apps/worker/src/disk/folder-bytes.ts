import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "@dwld/text";

/**
 * Returns the size of all files below some folders, bytes. Files may come and go meanwhile; a folder may be missing. Links are
 * not followed: a run can make one that leads in a circle.
 */
export async function bytesIn(folders: readonly string[]): Promise<number> {
  let total = 0;
  for (const folder of folders)
    for (const { parentPath, name } of await unlessMissing(
      readdir(folder, { recursive: true, withFileTypes: true }),
      [],
    ))
      total += (await unlessMissing(lstat(join(parentPath, name)), { size: 0 })).size;
  return total;
}

async function unlessMissing<Found, Default>(found: Promise<Found>, otherwise: Default): Promise<Found | Default> {
  try {
    return await found;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return otherwise;
    throw error;
  }
}
