import { copyFile, link, mkdir, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { getSystemErrorMessage } from "node:util";
import { errorCode, isSystemError } from "@dwld/text";

/**
 * A folder of the operator's does not take a file that is whole. `message` and the advice are for a person, and name no
 * path of this machine's disk.
 */
export class FolderError extends Error {
  override readonly name = "FolderError";
  /** The system's: "EACCES", "EROFS", "ENOSPC". */
  readonly code: string;
  readonly advice = {
    en: "The video was downloaded, and is put into its folder when the operator has mended that.",
    ru: "Видео скачано и попадёт в свою папку, когда оператор устранит неполадку.",
  };

  /** @param folder below the download folder: "ann/films"; empty for that itself. */
  constructor(folder: string, { code, words }: { code: string; words: string }, options?: ErrorOptions) {
    super(
      `${folder === "" ? "the download folder" : `the folder ${folder}`} takes no file: ${words} (${code})`,
      options,
    );
    this.code = code;
  }
}

/** Runs what writes there. @throws FolderError for an error of the system; any other as it is. */
async function intoFolder<Result>(folder: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (!isSystemError(error) || error.errno === undefined) throw error;
    const words = getSystemErrorMessage(error.errno);
    throw new FolderError(folder, { code: errorCode(error), words }, { cause: error });
  }
}

/** Names with more copies than this are somebody's mistake. */
const maxCopies = 10_000;

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
