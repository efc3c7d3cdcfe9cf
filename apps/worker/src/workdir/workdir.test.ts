import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { prepareTaskFolder, taskFolder } from "./workdir.ts";

let downloads = "";
before(async () => {
  downloads = await mkdtemp(join(tmpdir(), "dwld-folder-"));
});
after(async () => {
  await rm(downloads, { recursive: true });
});

test("a run gets a copy of the cookies that nobody else can read, fresh each time, and none where it has none", async () => {
  const folder = taskFolder(downloads, "task");
  const original = join(downloads, "cookies.txt");
  await writeFile(original, "one");
  await chmod(original, 0o644);
  await prepareTaskFolder(folder, { link: "a" }, original);
  assert.equal(await readFile(folder.cookies, "utf8"), "one");
  assert.equal((await stat(folder.cookies)).mode & 0o777, 0o600);
  await writeFile(folder.cookies, "half of what a killed run wro");
  await prepareTaskFolder(folder, { link: "a" }, original);
  assert.equal(await readFile(folder.cookies, "utf8"), "one");
  assert.equal(await readFile(original, "utf8"), "one");
  await prepareTaskFolder(folder, { link: "a" }, undefined);
  await assert.rejects(stat(folder.cookies), { code: "ENOENT" });
});

test("parts stay for the same run, and go for another", async () => {
  const folder = taskFolder(downloads, "parts");
  await prepareTaskFolder(folder, { link: "a", stage: "one" }, undefined);
  const part = join(folder.temp, "video.part");
  await writeFile(part, "bytes");
  await prepareTaskFolder(folder, { link: "a", stage: "one" }, undefined);
  assert.equal(await readFile(part, "utf8"), "bytes");
  await prepareTaskFolder(folder, { link: "a", stage: "two" }, undefined);
  await assert.rejects(stat(part), { code: "ENOENT" });
});
