import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { prepareWorkdir, workdirOf } from "./workdir.ts";

let downloads = "";
before(async () => {
  downloads = await mkdtemp(join(tmpdir(), "dwld-workdir-"));
});
after(async () => {
  await rm(downloads, { recursive: true });
});

test("workdir: a run gets a fresh copy of the cookies that nobody else can read, or none", async () => {
  const workdir = workdirOf(downloads, "task");
  const original = join(downloads, "cookies.txt");
  await writeFile(original, "one");
  await chmod(original, 0o644);
  await prepareWorkdir(workdir, { link: "a" }, original);
  assert.equal(await readFile(workdir.cookies, "utf8"), "one");
  assert.equal((await stat(workdir.cookies)).mode & 0o777, 0o600);
  await writeFile(workdir.cookies, "half of what a killed run wro");
  await prepareWorkdir(workdir, { link: "a" }, original);
  assert.equal(await readFile(workdir.cookies, "utf8"), "one");
  assert.equal(await readFile(original, "utf8"), "one");
  await prepareWorkdir(workdir, { link: "a" }, undefined);
  await assert.rejects(stat(workdir.cookies), { code: "ENOENT" });
});

test("workdir: parts stay for the same run and are removed for another", async () => {
  const workdir = workdirOf(downloads, "parts");
  await prepareWorkdir(workdir, { link: "a", stage: "one" }, undefined);
  const part = join(workdir.temp, "video.part");
  await writeFile(part, "bytes");
  await prepareWorkdir(workdir, { link: "a", stage: "one" }, undefined);
  assert.equal(await readFile(part, "utf8"), "bytes");
  await prepareWorkdir(workdir, { link: "a", stage: "two" }, undefined);
  await assert.rejects(stat(part), { code: "ENOENT" });
});
