import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "@dwld/text";
import { FolderError, intoFolder } from "./folder-error.ts";

/** Names with more copies than this are somebody's mistake. */
export const maxCopies = 10_000;

export type MadeFolder = {
  /** Below the root, as it was made: "ann (2)/films"; empty for the root itself. */
  name: string;
  path: string;
  /** Why it is not called as it was asked for, for a person; absent if it is. */
  remark?: { en: string; ru: string };
};

/**
 * Makes a folder below a root, and what is above it. Where a file has the name of one of them, the next name that is
 * free, or is a folder already, is taken instead: "ann (2)".
 *
 * @param name segments with slashes; empty for the root itself.
 * @throws FolderError
 */
export async function makeFolder(root: string, name: string): Promise<MadeFolder> {
  return await intoFolder(name, async () => {
    await mkdir(root, { recursive: true });
    let made = { name: "", path: root };
    const segments = name.split("/").filter((segment) => segment !== "");
    for (const segment of segments) made = await makeOne(made, segment);
    const wanted = segments.join("/");
    return made.name === wanted ? made : { ...made, remark: otherName(wanted, made.name) };
  });
}

function otherName(wanted: string, name: string): { en: string; ru: string } {
  return {
    en: `A file is where the folder ${wanted} would be: it is ${name}.`,
    ru: `На месте папки ${wanted} лежит файл, поэтому папка называется ${name}.`,
  };
}

type Place = Pick<MadeFolder, "name" | "path">;

async function makeOne(above: Place, segment: string): Promise<Place> {
  for (let copy = 1; copy <= maxCopies; copy += 1) {
    const name = copy === 1 ? segment : `${segment} (${copy})`;
    const path = join(above.path, name);
    if (await isFolder(path)) return { name: join(above.name, name), path };
  }
  throw new FolderError(above.name, { code: "EEXIST", words: `${maxCopies} files there are called ${segment}` });
}

/** Makes it. False where something else has its name. */
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
    // A link that leads nowhere.
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}
