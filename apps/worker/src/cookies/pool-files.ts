import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isSystemError } from "@dwld/text";

export type PoolFile = {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  /** Changes with the file. */
  readonly stamp: string;
};

export type Pool = {
  /** Ordered by name. */
  readonly files: readonly PoolFile[];
  /** A sentence for each file, or for the pool, that cannot be used: why, and what to do. */
  readonly problems: readonly string[];
  /** The operator has put nothing there, which is no trouble. */
  readonly empty: boolean;
};

type Stats = Awaited<ReturnType<typeof stat>>;

/** Permissions of group and others (chmod(2)). */
const forOthers = 0o077;

/** Size limit: a larger file is no cookie file. */
export const maxCookieBytes = 4 * 1024 * 1024;

/** Reads a stage's `cookies`: one file, or a folder of files without the hidden ones. */
export async function readPool(path: string): Promise<Pool> {
  const stats = await statIfThere(path);
  if (stats === undefined) return withoutFiles(`there is no ${path}: put a cookie file there`, true);
  if (!stats.isDirectory()) return combine([await readPoolFile(path, await statIfThere(dirname(path)))]);
  const names = await readableEntries(path);
  if (typeof names === "string") return withoutFiles(names, false);
  const wanted = names.filter((name) => !name.startsWith(".") && !name.endsWith("~")).toSorted();
  if (wanted.length === 0) return withoutFiles(`${path} is empty: put a cookie file there`, true);
  return combine(await Promise.all(wanted.map((name) => readPoolFile(join(path, name), stats))));
}

/** Returns the stamp of a file as it is now; undefined if it is gone. */
export async function stampOf(path: string): Promise<string | undefined> {
  const stats = await statIfThere(path);
  return stats && stamp(stats);
}

function withoutFiles(problem: string, empty: boolean): Pool {
  return { files: [], problems: [problem], empty };
}

function combine(found: readonly (PoolFile | string)[]): Pool {
  return {
    files: found.filter((file) => typeof file !== "string"),
    problems: found.filter((file) => typeof file === "string"),
    empty: false,
  };
}

async function readPoolFile(path: string, folder: Stats | undefined): Promise<PoolFile | string> {
  const stats = await statIfThere(path);
  if (stats === undefined) return `${path} has just gone`;
  if (!stats.isFile()) return `${path} is no file`;
  const hidden = folder !== undefined && (Number(folder.mode) & forOthers) === 0;
  if ((Number(stats.mode) & forOthers) !== 0 && !hidden)
    return `${path} can be read by others, who could log in with it: chmod 600 it, and give it to the user dwld runs as`;
  if (stats.size > maxCookieBytes) return `${path} is too large for a cookie file`;
  const problem = await looksLikeCookies(path);
  return problem ?? { path, name: basename(path), stamp: stamp(stats) };
}

/** Returns the problem of a file that is not in Netscape's format, which yt-dlp needs: seven fields between tabs. */
async function looksLikeCookies(path: string): Promise<string | undefined> {
  try {
    if (hasCookies(await readFile(path, "latin1"))) return undefined;
    return `${path} holds no cookies in Netscape's format: export it as cookies.txt`;
  } catch (error) {
    if (isSystemError(error)) return cannotRead(path, error);
    throw error;
  }
}

/** Returns whether a line has the fields of a cookie. Comments have fewer, except the cookies behind #HttpOnly_. */
export function hasCookies(text: string): boolean {
  return /^(?:#HttpOnly_)?[^\s#][^\t\n]*(?:\t[^\t\n]*){5,6}$/m.test(text);
}

async function readableEntries(path: string): Promise<string[] | string> {
  try {
    return await readdir(path);
  } catch (error) {
    if (isSystemError(error)) return cannotRead(path, error);
    throw error;
  }
}

function cannotRead(path: string, error: Error): string {
  return `${path} cannot be read (${error.message.split(",")[0]}): give it to the user dwld runs as`;
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

function stamp({ ino, size, mtimeMs }: Stats): string {
  return `${ino}:${size}:${mtimeMs}`;
}
