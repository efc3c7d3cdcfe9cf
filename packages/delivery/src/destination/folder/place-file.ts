import { copyFile, link, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "@dwld/text";
import { FolderError, intoFolder } from "./folder-error.ts";
import { maxCopies, type MadeFolder } from "./make-folder.ts";

/**
 * Puts a finished file into a folder, under its name or, where that is taken, the next one: "name (2).mp4". Nothing is
 * overwritten, and a file that is not whole has no name that anybody looks for. The original stays where it is.
 *
 * A hard link, or on another file system a copy. A link that an earlier run has made is found again.
 *
 * @param taskId names the copy while it is made.
 * @throws FolderError; what came of looking at the original, as it is.
 */
export async function placeFile(
  folder: MadeFolder,
  { name, path }: { name: string; path: string },
  taskId: string,
): Promise<{ name: string; path: string }> {
  await stat(path);
  return await intoFolder(folder.name, async () => {
    try {
      return await linkInto(folder, name, path);
    } catch (error) {
      if (errorCode(error) !== "EXDEV") throw error;
    }
    const part = join(folder.path, `.dwld-${taskId}.part`);
    try {
      await copyFile(path, part);
      await syncFile(part);
      return await linkInto(folder, name, part);
    } finally {
      await rm(part, { force: true });
    }
  });
}

/** A hard link fails where the name exists, which a rename does not. */
async function linkInto(folder: MadeFolder, name: string, from: string): Promise<{ name: string; path: string }> {
  for (let copy = 1; copy <= maxCopies; copy += 1) {
    const numbered = copy === 1 ? name : numberedName(name, copy);
    const path = join(folder.path, numbered);
    try {
      await link(from, path);
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
      if (!(await isSameFile(from, path))) continue;
    }
    return { name: numbered, path };
  }
  throw new FolderError(folder.name, { code: "EEXIST", words: `${maxCopies} files there are called ${name}` });
}

/** Before the ending: "a [b] (2).mp4". */
function numberedName(name: string, number: number): string {
  const dot = name.lastIndexOf(".");
  const at = dot <= 0 ? name.length : dot;
  return `${name.slice(0, at)} (${number})${name.slice(at)}`;
}

async function isSameFile(path: string, other: string): Promise<boolean> {
  try {
    const [a, b] = await Promise.all([stat(path), stat(other)]);
    return a.ino === b.ino && a.dev === b.dev;
  } catch (error) {
    // A link that leads nowhere has the name.
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** The original goes afterwards. */
async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
