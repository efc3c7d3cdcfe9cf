import { mkdir, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { errorCode } from "@dwld/text";
import type { MadeFolder } from "../destination.ts";
import { folderError, inFolder } from "./folder-error.ts";

/** More names than this are a person's mistake. */
const maxCopies = 10_000;

/**
 * Makes a folder below a root, and those above it. If a file has the name of one of them, takes the next name that is
 * free or is a folder: "ann (2)".
 *
 * @param path below the root; "." or empty for the root itself.
 * @returns the path as it was made, and a remark if that is another one.
 * @throws DestinationError
 */
export async function makeFolder(root: string, path: string): Promise<MadeFolder> {
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  const wanted = segments.join("/");
  return await inFolder(wanted, async () => {
    await mkdir(root, { recursive: true });
    let made = "";
    for (const segment of segments) made = await makeOne(root, made, segment);
    return made === wanted ? { path: made } : { path: made, remark: remarkOn(wanted, made) };
  });
}

function remarkOn(wanted: string, made: string): { en: string; ru: string } {
  return {
    en: `A file is where the folder ${wanted} would be: it is ${made}.`,
    ru: `На месте папки ${wanted} лежит файл, поэтому папка называется ${made}.`,
  };
}

async function makeOne(root: string, above: string, segment: string): Promise<string> {
  for (let copy = 1; copy <= maxCopies; copy += 1) {
    const path = posix.join(above, copy === 1 ? segment : `${segment} (${copy})`);
    if (await isFolder(join(root, path))) return path;
  }
  throw folderError(above, { code: "EEXIST", words: `${maxCopies} files there are called ${segment}` });
}

/** Makes a folder. Returns false if something else has its name. */
async function isFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    // A symbolic link to nothing.
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}
