import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DownloadedFile, MediaFacts, Texts } from "@dwld/queue";
import { errorCode } from "@dwld/text";
import type { Quality } from "../media/quality.ts";
import { removeTree } from "./remove-tree.ts";
import type { Workdir } from "./workdir.ts";

/** A defective download that waits in its task's folder while one further attempt is made. */
export type StashedResult = {
  files: DownloadedFile[];
  media: MediaFacts;
  quality: Quality;
  /** How it differs from the request. */
  remark?: Texts | undefined;
};

/** Moves the files to a folder that later runs do not write to, in place of an earlier stash. */
export async function stashResult(workdir: Workdir, result: StashedResult): Promise<void> {
  const stash = stashFolder(workdir);
  await removeStash(workdir);
  await mkdir(stash, { recursive: true });
  const files: DownloadedFile[] = [];
  for (const file of result.files) {
    const localPath = join(stash, basename(file.localPath));
    await rename(file.localPath, localPath);
    files.push({ ...file, localPath });
  }
  // Written last: without this file there is no stash.
  await writeFile(join(stash, "result.json"), JSON.stringify({ ...result, files }));
}

/** Returns the stashed result; undefined if there is none. */
export async function readStash(workdir: Workdir): Promise<StashedResult | undefined> {
  try {
    return JSON.parse(await readFile(join(stashFolder(workdir), "result.json"), "utf8")) as StashedResult;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

export async function removeStash(workdir: Workdir): Promise<void> {
  await removeTree(stashFolder(workdir));
}

function stashFolder(workdir: Workdir): string {
  return join(workdir.root, "stash");
}
