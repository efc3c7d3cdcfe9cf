import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { clearPartialFiles, truncatePartialFiles } from "./clear-partial-files.ts";

const since = 1_700_000_000_000;

async function tempWith(context: TestContext, names: readonly string[]): Promise<string> {
  const temp = await mkdtemp(join(tmpdir(), "dwld-clear-"));
  context.after(() => rm(temp, { recursive: true }));
  for (const name of names) {
    await writeFile(join(temp, name), Buffer.alloc(1000));
    await utimes(join(temp, name), since / 1000 - 10, since / 1000 - 10);
  }
  return temp;
}

const left = async (temp: string) => (await readdir(temp)).toSorted((a, b) => a.localeCompare(b));

test("partial files: what can be resumed stays, what is made anew is removed", async (context) => {
  const whole = ["x.f137.mp4", "x.f140.m4a", "y.mp4.part"];
  const temp = await tempWith(context, [...whole, "x.temp.mp4", "x.recoding.mp4"]);
  assert.equal(await clearPartialFiles({ temp }, { metFull: true }), 0);
  assert.deepEqual(await left(temp), whole);
});

test("partial files: a download in fragments that met the full disk is removed, one that was ended before stays", async (context) => {
  const names = ["x.mp4.part", "x.mp4.part-Frag7", "x.mp4.part-Frag8.part", "x.mp4.ytdl", "y.mp4.part"];
  const temp = await tempWith(context, names);
  await clearPartialFiles({ temp }, { metFull: false });
  assert.deepEqual(await left(temp), names);
  assert.equal(await clearPartialFiles({ temp }, { metFull: true }), 4000);
  assert.deepEqual(await left(temp), ["y.mp4.part"]);
});

test("partial files: the output of a post-processor is removed, whatever its name", async (context) => {
  const temp = await tempWith(context, ["x.mp4", "x.mkv"]);
  await utimes(join(temp, "x.mkv"), since / 1000 + 1, since / 1000 + 1);
  await clearPartialFiles({ temp }, { metFull: true, processingSinceMs: since });
  assert.deepEqual(await left(temp), ["x.mp4"]);
});

test("partial files: the end of a partial download is cut off", async (context) => {
  const temp = await tempWith(context, ["x.mp4", "x.mp4.part"]);
  assert.equal(await truncatePartialFiles({ temp }), 500);
  assert.equal((await stat(join(temp, "x.mp4.part"))).size, 500);
  assert.equal((await stat(join(temp, "x.mp4"))).size, 1000);
});

test("partial files: what a link leads to is neither cut off nor removed, and may be missing", async (context) => {
  const outside = await tempWith(context, ["table"]);
  const temp = await tempWith(context, []);
  for (const name of ["x.mp4.part", "x.temp.mp4"]) await symlink(join(outside, "table"), join(temp, name));
  await symlink(join(outside, "missing"), join(temp, "y.mp4.part"));
  assert.equal(await truncatePartialFiles({ temp }), 0);
  await clearPartialFiles({ temp }, { metFull: true });
  assert.equal((await readFile(join(outside, "table"))).length, 1000);
});
