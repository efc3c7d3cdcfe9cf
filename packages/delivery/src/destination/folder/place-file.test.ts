import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { makeFolder } from "./make-folder.ts";
import { placeFile } from "./place-file.ts";

/** A root for folders, and a finished file beside it. */
async function finished(context: TestContext, name = "a.mp4") {
  const base = await mkdtemp(join(tmpdir(), "dwld-folder-"));
  context.after(() => rm(base, { recursive: true }));
  const root = join(base, "downloads");
  const path = join(base, name);
  await writeFile(path, "new");
  return { root, file: { name, path } };
}

test("a file in a folder: what has its name is not overwritten, whatever it is", async (context) => {
  const { root, file } = await finished(context);
  const folder = await makeFolder(root, "ann/films");
  await writeFile(join(folder.path, "a.mp4"), "the operator's");
  await mkdir(join(folder.path, "a (2).mp4"));
  await symlink("nowhere", join(folder.path, "a (3).mp4"));
  const placed = await placeFile(folder, file, "task");
  assert.deepEqual(placed, { name: "a (4).mp4", path: join(root, "ann/films/a (4).mp4") });
  assert.equal(await readFile(placed.path, "utf8"), "new");
  assert.equal(await readFile(join(folder.path, "a.mp4"), "utf8"), "the operator's");
});

test("a file in a folder: what an earlier run has put there is found under the name that it has", async (context) => {
  const { root, file } = await finished(context);
  const folder = await makeFolder(root, "");
  const first = await placeFile(folder, file, "task");
  assert.deepEqual(await placeFile(folder, file, "task"), first);
  assert.deepEqual(await readdir(root), ["a.mp4"]);
});

test("a folder: where a file has its name, the next one is made, and said", async (context) => {
  const { root, file } = await finished(context);
  const made = await makeFolder(root, "");
  await placeFile(made, file, "task");
  const folder = await makeFolder(root, "a.mp4/films");
  assert.deepEqual(folder, {
    name: "a.mp4 (2)/films",
    path: join(root, "a.mp4 (2)/films"),
    remark: {
      en: "A file is where the folder a.mp4/films would be: it is a.mp4 (2)/films.",
      ru: "На месте папки a.mp4/films лежит файл, поэтому папка называется a.mp4 (2)/films.",
    },
  });
  const again = await makeFolder(root, "a.mp4/films");
  assert.equal(again.path, folder.path, "the one that is there already");
  assert.equal((await makeFolder(root, "ann")).remark, undefined);
});

test("a folder: what the system refuses is told without a path of the disk", async (context) => {
  const { root } = await finished(context);
  await makeFolder(root, "");
  const long = "x".repeat(300);
  await assert.rejects(makeFolder(root, long), {
    name: "FolderError",
    code: "ENAMETOOLONG",
    message: `the folder ${long} takes no file: name too long (ENAMETOOLONG)`,
  });
});

test("a file in a folder: an original that is gone is no matter of the folder", async (context) => {
  const { root, file } = await finished(context);
  await rm(file.path);
  await assert.rejects(placeFile(await makeFolder(root, ""), file, "task"), { code: "ENOENT", name: "Error" });
});
