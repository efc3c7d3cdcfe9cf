import { createHash, randomUUID } from "node:crypto";
import { link, mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "@dwld/text";

/** Below node_modules: kept between runs, in no commit, and gone with the checkout. */
export const videoCacheFolder = join(import.meta.dirname, "../node_modules/.cache/videos");

/** Returns twelve characters of a hash of `recipe`. */
export function keyOf(recipe: unknown): string {
  return createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12);
}

/**
 * The path of `<folder>/<name>`, made by `make(temporary path)` where it is not there yet.
 * Two processes may make the same one at once: one wins, both get the winner's, and nobody sees half of it.
 */
export async function cachedFile(folder: string, name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(folder, name);
  if (await exists(path)) return path;
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${randomUUID()}-${name}`);
  try {
    await make(temporary);
    // Unlike rename, link does not replace a file that somebody may be reading already.
    await link(temporary, path);
  } catch (error) {
    if (!(await exists(path))) throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return path;
}

/** As `cachedFile`, for a folder; `make` gets one that is there and empty. */
export async function cachedFolder(
  folder: string,
  name: string,
  make: (path: string) => Promise<void>,
): Promise<string> {
  const path = join(folder, name);
  if (await exists(path)) return path;
  const temporary = join(folder, `.${randomUUID()}-${name}`);
  await mkdir(temporary, { recursive: true });
  try {
    await make(temporary);
    // rename(2) refuses a target folder that is not empty.
    await rename(temporary, path);
  } catch (error) {
    if (!(await exists(path))) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return path;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}
