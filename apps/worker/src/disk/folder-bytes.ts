import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "@dwld/text";

/** Returns the size of all files below some folders, bytes. Files may come and go meanwhile; a folder may be missing. */
export async function bytesIn(folders: readonly string[]): Promise<number> {
  let total = 0;
  for (const folder of folders)
    for (const name of await unlessMissing(readdir(folder, { recursive: true }), []))
      total += (await unlessMissing(stat(join(folder, name)), { size: 0 })).size;
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
