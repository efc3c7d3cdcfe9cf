import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { isSystemError } from "@dwld/text";
import { ReleaseError } from "./release-error.ts";
import { isVersionNumber } from "./version-number.ts";

/** The versions that lie here: a folder each, which is whole if it is there. */
export type VersionFolder = {
  readonly root: string;
  /** Returns the folder of a version, whether it is there or not. */
  folderOf(version: string): string;
  /** Returns the command that runs a version. */
  commandOf(version: string): readonly [string];
  /** Returns the versions that are there. */
  list(): Promise<string[]>;
  /** Makes an empty folder in which a version is made. */
  makeNew(version: string): Promise<string>;
  /** Removes a version, or what a program left that was killed while it made one. */
  remove(name: string): Promise<void>;
};

const newPrefix = ".new-";

/** @param data the folder of the configuration. */
export function versionFolder(data: string): VersionFolder {
  const root = join(data, "yt-dlp", "versions");
  const folderOf = (version: string) => join(root, version);
  return {
    root,
    folderOf,
    commandOf: (version) => [join(folderOf(version), "yt-dlp")],
    list: async () => (await namesIn(root)).filter(isVersionNumber),
    makeNew: async (version) => {
      const folder = join(root, `${newPrefix}${version}`);
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      return folder;
    },
    remove: async (name) => {
      await rm(join(root, name), { recursive: true, force: true });
    },
  };
}

/** Removes what programs left that were killed while they made a version. Call it while you hold the lock. */
export async function removeUnfinished(folder: VersionFolder): Promise<void> {
  for (const name of await namesIn(folder.root)) if (name.startsWith(newPrefix)) await folder.remove(name);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return [];
    throw error;
  }
}

/** The kernel releases it with the process that holds it. */
export type HeldLock = AsyncDisposable;

/** Exit status of flock(1) if another process has the lock. */
const heldStatus = 75;

/**
 * Takes the lock of those who fetch and remove versions: one of a host at a time. Undefined if another has it.
 *
 * @throws ReleaseError if the file cannot be written.
 */
export async function lockVersions({ root }: VersionFolder): Promise<HeldLock | undefined> {
  await onDisk(async () => await mkdir(root, { recursive: true }));
  const words = ["--nonblock", `--conflict-exit-code=${heldStatus}`, join(root, "..", "lock")];
  // The program holds the lock until its stdin is closed, which a dead process does, too.
  const holder = execa("flock", [...words, "sh", "-c", "echo held; exec cat"], {
    reject: false,
    stdin: "pipe",
    buffer: true,
    // A terminal's Ctrl-C is for this process, which then removes what it has begun.
    detached: true,
  });
  const isHeld = await Promise.race([
    new Promise<boolean>((resolve) => holder.stdout.once("data", () => resolve(true))),
    holder.then(() => false),
  ]);
  if (!isHeld) {
    const { exitCode, shortMessage, stderr } = await holder;
    if (exitCode === heldStatus) return undefined;
    throw new ReleaseError(`${root} cannot be locked: ${stderr.trim() || shortMessage}`);
  }
  return {
    [Symbol.asyncDispose]: async () => {
      holder.stdin.end();
      await holder;
    },
  };
}

/**
 * Translates the system's refusal of a write.
 *
 * @throws ReleaseError in its place.
 */
export async function onDisk<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new ReleaseError(`a new version cannot be written: ${error.message}`, { cause: error });
  }
}
