import type { StatsFs } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "@dwld/text";

/** Of the disk on which a folder lies, or will lie: until it is made, the disk is that of the folder above. */
export async function statfsOfNearest(path: string): Promise<StatsFs> {
  try {
    return await statfs(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT" || dirname(path) === path) throw error;
    return await statfsOfNearest(dirname(path));
  }
}
