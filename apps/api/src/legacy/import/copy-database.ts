import { chmod, copyFile, mkdtemp, open, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { errorCode, isSystemError } from "@dwld/text";
import { LegacyFileError } from "./legacy-file-error.ts";

/** Suffixes of the files that make a SQLite database: changes that are not yet in the file lie beside it. */
const parts = ["", "-wal", "-journal"];

/** Longer than the resolution of file times (ext4: 4 ms), within which a change shows in none of them. */
const stepMs = 50;
const maxTries = 40;
const triesApartMs = 100;

/**
 * Copies a SQLite file into a private folder, which `dispose` removes. SQLite never opens the original: even a reader
 * makes files beside one in WAL mode, and writes to the file to undo an unfinished change. If nothing changed while it was
 * made, a copy is as whole as the file after a power cut.
 *
 * @throws LegacyFileError if there is no such file, it is not SQLite's, or it changes all the time.
 */
export async function copyDatabase(file: string): Promise<{ path: string; dispose: () => Promise<void> }> {
  try {
    const original = await realpath(file);
    await refuseOtherFiles(original, file);
    const folder = await mkdtemp(join(tmpdir(), "dwld-import-"));
    const dispose = () => rm(folder, { recursive: true, force: true });
    try {
      const path = join(folder, "links.db");
      await copyWhileStill(original, path, file);
      return { path, dispose };
    } catch (error) {
      await dispose();
      throw error;
    }
  } catch (error) {
    throw explain(error, file);
  }
}

async function refuseOtherFiles(original: string, file: string): Promise<void> {
  // Checked before it is opened: opening a pipe would block for ever.
  const found = await stat(original);
  if (found.isDirectory()) throw new LegacyFileError(`${file} is a folder: name the file in it`);
  if (!found.isFile()) throw new LegacyFileError(`${file} is no file: name the first dwld's links.db`);
  if (found.size === 0) throw new LegacyFileError(`${file} is empty: name the first dwld's links.db`);
  await using handle = await open(original);
  const { buffer } = await handle.read(Buffer.alloc(16), 0, 16, 0);
  if (buffer.toString("latin1") !== "SQLite format 3\0")
    throw new LegacyFileError(`${file} is not a SQLite database: name the first dwld's links.db`);
}

async function copyWhileStill(original: string, path: string, file: string): Promise<void> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (tries > 0) await pause(triesApartMs);
    const before = await look(original);
    if (Date.now() - before.changedMs < stepMs) continue;
    for (const part of parts) await copyPart(original + part, path + part);
    if ((await look(original)).state === before.state) return;
  }
  throw new LegacyFileError(`${file} is written to all the time: stop the first dwld, and repeat`);
}

/** Returns the state of the files at this moment, and when the last of them changed; times in the future do not count. */
async function look(original: string): Promise<{ state: string; changedMs: number }> {
  const found = await Promise.all(parts.map((part) => statIfThere(original + part)));
  const times = found.map((one) => (one === undefined ? 0 : Number(one.mtimeNs / 1_000_000n)));
  return {
    state: found.map((one) => (one === undefined ? "none" : `${one.ino} ${one.size} ${one.mtimeNs}`)).join(),
    changedMs: Math.max(...times.filter((time) => time <= Date.now())),
  };
}

async function statIfThere(path: string) {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Copies a file, or removes it from the copy if the original has none. */
async function copyPart(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  try {
    await copyFile(from, to);
    await chmod(to, 0o600);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

function explain(error: unknown, file: string): unknown {
  return isSystemError(error) ? new LegacyFileError(reasonOf(error, file), { cause: error }) : error;
}

function reasonOf(error: NodeJS.ErrnoException, file: string): string {
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return `${file} does not exist: name the first dwld's links.db`;
    case "EACCES":
    case "EPERM":
      return `${file}, or what stands beside it, may not be read by this user: run the command as one who may`;
    case "ENOSPC":
    case "EDQUOT":
      return `there is no room for a copy of ${file} in ${tmpdir()}: free some, or name another folder in TMPDIR`;
    default:
      return `${file} cannot be copied to ${tmpdir()} (${error.message})`;
  }
}
