import type { StatsFs } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "@dwld/text";

/** Returns the file system of a folder; for one that does not exist yet, that of the nearest folder above it. */
export async function statfsOfNearest(path: string): Promise<StatsFs> {
  try {
    return await statfs(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT" || dirname(path) === path) throw error;
    return await statfsOfNearest(dirname(path));
  }
}
