import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "@dwld/text";

/** Codes of what comes and goes meanwhile, of a folder that a run has closed to its owner, and of one too deep for a path. */
const uncounted = new Set(["ENOENT", "EACCES", "ENAMETOOLONG"]);

/**
 * Returns the size of all files below some folders, bytes. Files may come and go meanwhile; a folder may be missing, and one that
 * cannot be read counts as nothing. Links are not followed: a run can make one that leads in a circle.
 */
export async function bytesIn(folders: readonly string[]): Promise<number> {
  let total = 0;
  const found = [...folders];
  for (const folder of found)
    for (const entry of await unlessUncounted(readdir(folder, { withFileTypes: true }), [])) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) found.push(path);
      total += (await unlessUncounted(lstat(path), { size: 0 })).size;
    }
  return total;
}

async function unlessUncounted<Found, Default>(found: Promise<Found>, otherwise: Default): Promise<Found | Default> {
  try {
    return await found;
  } catch (error) {
    if (uncounted.has(errorCode(error))) return otherwise;
    throw error;
  }
}
