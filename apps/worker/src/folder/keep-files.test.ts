import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { DownloadedFile } from "@dwld/queue";
import { MountError, mountSmallDisk, type SmallDisk } from "@dwld/testbed";
import { keepFiles } from "./keep-files.ts";

const task = { id: "task", user_name: "ann", folder: "films" };

/** Files of a task in its own folder below the downloads. */
async function downloaded(context: TestContext, files: Record<string, string>) {
  const downloads = await mkdtemp(join(tmpdir(), "dwld-keep-"));
  context.after(() => rm(downloads, { recursive: true }));
  await mkdir(join(downloads, ".dwld/task/home"), { recursive: true });
  const made: DownloadedFile[] = [];
  for (const [name, text] of Object.entries(files)) {
    const localPath = join(downloads, ".dwld/task/home", name);
    await writeFile(localPath, text);
    made.push({ name, localPath, sizeBytes: text.length, sha256: "" });
  }
  const folder = join(downloads, "ann/films");
  return { downloads, files: made, folder, names: () => readdir(folder) };
}

/** The user's folder lies on another file system. */
async function mountForUser(context: TestContext, downloads: string): Promise<SmallDisk | undefined> {
  try {
    const disk = await mountSmallDisk(1);
    context.after(() => disk.unmount());
    await symlink(disk.path, join(downloads, task.user_name));
    return disk;
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    context.skip(error.message);
    return undefined;
  }
}

test("what is kept overwrites nothing", async (context) => {
  const { downloads, files, folder, names } = await downloaded(context, { "a.mp4": "new" });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "a.mp4"), "the operator's");
  const [kept] = await keepFiles(downloads, task, files);
  assert.equal(kept?.name, "a (2).mp4");
  assert.equal(await readFile(kept.localPath, "utf8"), "new");
  assert.deepEqual((await names()).toSorted(), ["a (2).mp4", "a.mp4"]);
});

test("a worker that dies before it is on record finds the files under the names that they have", async (context) => {
  const { downloads, files, names } = await downloaded(context, { "a.mp4": "a", "a.vtt": "b" });
  await keepFiles(downloads, task, files);
  const again = await keepFiles(downloads, task, files);
  assert.deepEqual(
    again.map(({ name }) => name),
    ["a.mp4", "a.vtt"],
  );
  assert.equal((await names()).length, 2);
});

test("a folder on another file system gets copies", async (context) => {
  const { downloads, files } = await downloaded(context, { "a.mp4": "a" });
  const disk = await mountForUser(context, downloads);
  if (disk === undefined) return;
  const [kept] = await keepFiles(downloads, task, files);
  assert.equal(await readFile(kept?.localPath ?? "", "utf8"), "a");
  assert.deepEqual(await readdir(join(disk.path, "films")), ["a.mp4"]);
});

test("where only some of the files find room, none is kept, and all are where they were", async (context) => {
  const { downloads, files } = await downloaded(context, { "a.vtt": "a", "b.mp4": "b".repeat(2_000_000) });
  const disk = await mountForUser(context, downloads);
  if (disk === undefined) return;
  await assert.rejects(keepFiles(downloads, task, files), { code: "ENOSPC" });
  assert.deepEqual(await readdir(join(disk.path, "films")), []);
  for (const { localPath, sizeBytes } of files) assert.equal((await readFile(localPath)).length, sizeBytes);
});
