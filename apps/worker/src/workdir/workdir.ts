import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "@dwld/text";

/** What belongs to dwld, below the download folder; everything beside it is the operator's. */
export const ownFolderName = ".dwld";

export type TaskFolder = {
  root: string;
  /** Finished files. */
  home: string;
  /** Parts; also where the run keeps its own temporary files. */
  temp: string;
  /** The run's HOME: no configuration of anybody's is found there. */
  personal: string;
  cookies: string;
};

export function taskFolder(downloads: string, taskId: string): TaskFolder {
  const root = join(downloads, ownFolderName, taskId);
  return {
    root,
    home: join(root, "home"),
    temp: join(root, "temp"),
    personal: join(root, "personal"),
    cookies: join(root, "cookies.txt"),
  };
}

/** One for all tasks: players' code that yt-dlp downloads and keeps. */
export function cacheFolder(downloads: string): string {
  return join(downloads, ownFolderName, "cache");
}

/** Makes that, and what it lies in. What is finished is for other programs to read; what is dwld's own is not. */
export async function makeOwnFolder(downloads: string): Promise<void> {
  await mkdir(downloads, { recursive: true });
  await mkdir(cacheFolder(downloads), { recursive: true, mode: 0o750 });
}

/**
 * Makes the folder, and keeps the parts that are there only where the run that made them was given the same: yt-dlp
 * splices two formats into one file and exits with 0.
 *
 * @param run everything that decides which bytes arrive.
 * @param cookiesFile what the run gets a copy of; undefined: none.
 */
export async function prepareTaskFolder(
  folder: TaskFolder,
  run: { readonly [key: string]: unknown },
  cookiesFile: string | undefined,
): Promise<void> {
  const fingerprintFile = join(folder.root, "made-by");
  const fingerprint = createHash("sha256").update(JSON.stringify(run)).digest("hex");
  if ((await readIfThere(fingerprintFile)) !== fingerprint) {
    await emptyTaskFolder(folder);
    await mkdir(folder.root, { recursive: true });
    await writeFile(fingerprintFile, fingerprint);
  }
  for (const path of [folder.home, folder.temp, folder.personal]) await mkdir(path, { recursive: true });
  await rm(folder.cookies, { force: true });
  if (cookiesFile === undefined) return;
  // A copy, since yt-dlp writes cookies back, and a killed run would damage the original. For nobody else to read.
  await writeFile(folder.cookies, await readFile(cookiesFile), { mode: 0o600, flag: "wx" });
}

/** Everything that a run has made; what was kept of an earlier one stays. */
export async function emptyTaskFolder(folder: TaskFolder): Promise<void> {
  for (const path of [folder.home, folder.temp, folder.personal, folder.cookies])
    await rm(path, { recursive: true, force: true });
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
