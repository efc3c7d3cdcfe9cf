import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OwnHost } from "@dwld/queue";
import { errorCode } from "@dwld/text";
import { removeTree } from "./remove-tree.ts";

/**
 * Returns dwld's own folder below the download folder: everything beside it is the operator's. Where hosts share the
 * download folder, each has its own, since the run of a host that is cut off may still write there.
 */
export function ownFolderOf(downloads: string, { name, shared }: Pick<OwnHost, "name" | "shared">): string {
  return shared === "" ? join(downloads, ".dwld") : join(downloads, ".dwld", name);
}

/** The folder in which one task works. Absolute paths. */
export type Workdir = {
  root: string;
  /** Finished files. */
  home: string;
  /** Parts, and the run's own temporary files. */
  temp: string;
  /** HOME of the run, so that it finds nobody's configuration. */
  personal: string;
  /** The run's copy of the cookies. */
  cookies: string;
  /** Shared by all tasks: the code of players, which yt-dlp downloads and keeps. */
  cache: string;
};

export function workdirOf(ownFolder: string, taskId: string): Workdir {
  const root = join(ownFolder, taskId);
  return {
    root,
    home: join(root, "home"),
    temp: join(root, "temp"),
    personal: join(root, "personal"),
    cookies: join(root, "cookies.txt"),
    cache: cacheFolder(ownFolder),
  };
}

function cacheFolder(ownFolder: string): string {
  return join(ownFolder, "cache");
}

/** Makes dwld's own folder, which other users may not read, and the download folder above it. */
export async function makeOwnFolder(downloads: string, ownFolder: string): Promise<void> {
  await mkdir(downloads, { recursive: true });
  await mkdir(cacheFolder(ownFolder), { recursive: true, mode: 0o750 });
}

/**
 * Makes the folders of a task. Keeps parts of an earlier run only if that run had the same fingerprint: yt-dlp splices two
 * formats into one file and exits with 0.
 *
 * @param fingerprint all that decides which bytes arrive.
 * @param cookiesFile the file to give the run a copy of; undefined: none.
 */
export async function prepareWorkdir(
  workdir: Workdir,
  fingerprint: { readonly [key: string]: unknown },
  cookiesFile: string | undefined,
): Promise<void> {
  const fingerprintFile = join(workdir.root, "made-by");
  const hash = createHash("sha256").update(JSON.stringify(fingerprint)).digest("hex");
  if ((await readUnlessMissing(fingerprintFile)) !== hash) {
    await emptyWorkdir(workdir);
    await mkdir(workdir.root, { recursive: true });
    await writeFile(fingerprintFile, hash);
  }
  for (const path of [workdir.home, workdir.temp, workdir.personal]) await mkdir(path, { recursive: true });
  await rm(workdir.cookies, { force: true });
  if (cookiesFile === undefined) return;
  // A copy that only dwld can read: yt-dlp writes cookies back, and a killed run would damage the original.
  await writeFile(workdir.cookies, await readFile(cookiesFile), { mode: 0o600, flag: "wx" });
}

/** Removes everything that a run has made. A stashed result of an earlier run stays. */
export async function emptyWorkdir(workdir: Workdir): Promise<void> {
  for (const path of [workdir.home, workdir.temp, workdir.personal, workdir.cookies]) await removeTree(path);
}

async function readUnlessMissing(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
