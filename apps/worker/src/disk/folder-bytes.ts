import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "@dwld/text";

/** What lies in some folders, in bytes; files may come and go meanwhile, and a folder may not be there. */
export async function bytesIn(folders: readonly string[]): Promise<number> {
  let total = 0;
  for (const folder of folders)
    for (const name of await ifThere(readdir(folder, { recursive: true }), []))
      total += (await ifThere(stat(join(folder, name)), { size: 0 })).size;
  return total;
}

async function ifThere<Found, Otherwise>(looking: Promise<Found>, otherwise: Otherwise): Promise<Found | Otherwise> {
  try {
    return await looking;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return otherwise;
    throw error;
  }
}
