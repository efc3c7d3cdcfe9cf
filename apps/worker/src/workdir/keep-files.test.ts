import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { DownloadedFile } from "@dwld/queue";
import { mountForTest, type SmallDisk } from "@dwld/testbed";
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
  return { downloads, files: made };
}

/** The user's folder lies on another file system. */
async function mountForUser(context: TestContext, downloads: string): Promise<SmallDisk | undefined> {
  const disk = await mountForTest(context, 1);
  if (disk !== undefined) await symlink(disk.path, join(downloads, task.user_name));
  return disk;
}

test("kept files: a folder on another file system gets copies", async (context) => {
  const { downloads, files } = await downloaded(context, { "a.mp4": "a" });
  const disk = await mountForUser(context, downloads);
  if (disk === undefined) return;
  const {
    files: [kept],
  } = await keepFiles(downloads, task, files);
  assert.equal(await readFile(kept?.localPath ?? "", "utf8"), "a");
  assert.deepEqual(await readdir(join(disk.path, "films")), ["a.mp4"]);
});

test("kept files: where only some find room, none is kept, and all are where they were", async (context) => {
  const { downloads, files } = await downloaded(context, { "a.vtt": "a", "b.mp4": "b".repeat(2_000_000) });
  const disk = await mountForUser(context, downloads);
  if (disk === undefined) return;
  await assert.rejects(keepFiles(downloads, task, files), { code: "ENOSPC" });
  assert.deepEqual(await readdir(join(disk.path, "films")), []);
  for (const { localPath, sizeBytes } of files) assert.equal((await readFile(localPath)).length, sizeBytes);
});
