import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DownloadedFile, MediaFacts, Texts } from "@dwld/queue";
import { errorCode } from "@dwld/text";
import type { Worth } from "../media/worth.ts";
import type { TaskFolder } from "./workdir.ts";

/**
 * A download that waits: one that is not what was asked for, while one further attempt is made, or a whole one, until
 * its folder takes it.
 */
export type KeptResult = {
  files: DownloadedFile[];
  media: MediaFacts;
  worth: Worth;
  /** How it differs from what was asked for. */
  remark?: Texts | undefined;
  /** No attempt can better it: it only has to be put into its place. */
  isWhole?: boolean;
};

/** Moves the files aside, where no later run writes, in place of an earlier result. */
export async function keepResult(folder: TaskFolder, result: KeptResult): Promise<void> {
  const aside = keptFolder(folder);
  const isThere = result.files.every(({ localPath }) => dirname(localPath) === aside);
  if (!isThere) await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  const files: DownloadedFile[] = [];
  for (const file of result.files) {
    const localPath = join(aside, basename(file.localPath));
    if (!isThere) await rename(file.localPath, localPath);
    files.push({ ...file, localPath });
  }
  // Last: without it there is nothing kept.
  await writeFile(join(aside, "result.json"), JSON.stringify({ ...result, files }));
}

/** Undefined where nothing was kept. */
export async function keptResult(folder: TaskFolder): Promise<KeptResult | undefined> {
  try {
    return JSON.parse(await readFile(join(keptFolder(folder), "result.json"), "utf8")) as KeptResult;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

export async function forgetKept(folder: TaskFolder): Promise<void> {
  await rm(keptFolder(folder), { recursive: true, force: true });
}

function keptFolder(folder: TaskFolder): string {
  return join(folder.root, "kept");
}
