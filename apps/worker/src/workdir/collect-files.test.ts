import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { execa } from "execa";
import { describeFiles, listFiles, OutsideHomeError } from "./collect-files.ts";

const never = new AbortController().signal;

async function freshHome(t: TestContext, names: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), "dwld-home-"));
  t.after(() => rm(folder, { recursive: true }));
  const home = join(folder, "home");
  await mkdir(home);
  for (const name of names) await writeFile(join(home, name), name);
  return home;
}

async function namesOf(home: string, outputs: readonly { path: string; label: string }[]): Promise<string[]> {
  const files = await describeFiles(await listFiles(home, outputs), { title: "A title", id: "x1" }, never);
  return files.map(({ name }) => name);
}

test("files: a file beside a video gets its name, without the format", async (t) => {
  const names = ["T [x1] 137+140.mp4", "T [x1] 137+140.en.vtt", "T [x1] 137+140.pt-BR.vtt", "T [x1] 137+140.jpg"];
  const home = await freshHome(t, names);
  const [first, ...rest] = await namesOf(home, [{ path: join(home, names[0] ?? ""), label: "" }]);
  assert.equal(first, "A title [x1].mp4", "the video comes first");
  assert.deepEqual(
    rest.toSorted((a, b) => a.localeCompare(b)),
    ["A title [x1].en.vtt", "A title [x1].jpg", "A title [x1].pt-BR.vtt"],
  );
});

test("files: sections are told apart by their times, and so are the files beside them", async (t) => {
  const home = await freshHome(t, ["T 1-2.mp4", "T 1-2.5.mp4", "T 1-2.5.jpg", "T 1-2.jpg"]);
  const outputs = [
    { path: join(home, "T 1-2.mp4"), label: "1s-2s" },
    { path: join(home, "T 1-2.5.mp4"), label: "1s-2.5s" },
  ];
  const names = await namesOf(home, outputs);
  assert.deepEqual(names.slice(0, 2), ["A title [x1] 1s-2s.mp4", "A title [x1] 1s-2.5s.mp4"]);
  assert.ok(names.includes("A title [x1] 1s-2s.jpg") && names.includes("A title [x1] 1s-2.5s.jpg"), names.join());
});

test("files: a file of another name keeps its ending alone", async (t) => {
  const home = await freshHome(t, ["T.mp4", "Another title.ts"]);
  const names = await namesOf(home, [{ path: join(home, "T.mp4"), label: "" }]);
  assert.deepEqual(names, ["A title [x1].mp4", "A title [x1].ts"]);
});

test("files: a path that leads out of the folder is refused, by a link too; links beside the video are skipped", async (t) => {
  const home = await freshHome(t, ["T.mp4"]);
  const secret = join(home, "../secret");
  await writeFile(secret, "");
  await symlink(secret, join(home, "T.txt"));
  for (const path of [secret, join(home, "T.txt")])
    await assert.rejects(listFiles(home, [{ path, label: "" }]), OutsideHomeError);
  const { sidecars } = await listFiles(home, [{ path: join(home, "T.mp4"), label: "" }]);
  assert.deepEqual(sidecars, []);
});

test("files: a pipe or a folder is none: who opens a pipe waits for the other end", async (t) => {
  const home = await freshHome(t, []);
  await execa("mkfifo", [join(home, "T.mp4")]);
  await mkdir(join(home, "T.mkv"));
  for (const name of ["T.mp4", "T.mkv"])
    await assert.rejects(listFiles(home, [{ path: join(home, name), label: "" }]), OutsideHomeError);
});

test("files: any number of files is none", async (t) => {
  const home = await freshHome(
    t,
    Array.from({ length: 2001 }, (_, index) => `${index}.vtt`),
  );
  await assert.rejects(listFiles(home, []), OutsideHomeError);
});
