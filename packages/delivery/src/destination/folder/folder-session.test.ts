import assert from "node:assert/strict";
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import fs, { createReadStream } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { test, type TestContext } from "node:test";
import { mountForTest } from "@dwld/testbed";
import { createFolderDestination } from "./folder-destination.ts";
import { testHost } from "@dwld/queue/testing";

const never = () => new AbortController().signal;

/** A session in a folder, and a finished file beside that. */
async function opened(context: TestContext) {
  const base = await mkdtemp(join(tmpdir(), "dwld-folder-"));
  context.after(() => rm(base, { recursive: true }));
  const root = join(base, "downloads");
  const source = join(base, "source.mp4");
  await writeFile(source, "new");
  const session = await createFolderDestination(root, testHost).connect(never());
  return { root, source, session };
}

test("folder: is made, and where a file has its name, the next one is, and a remark says so", async (context) => {
  const { root, session } = await opened(context);
  assert.deepEqual(await session.ensureFolder("."), { path: "" });
  await writeFile(join(root, "a.mp4"), "a file");
  const made = {
    path: "a.mp4 (2)/films",
    remark: {
      en: "A file is where the folder a.mp4/films would be: it is a.mp4 (2)/films.",
      ru: "На месте папки a.mp4/films лежит файл, поэтому папка называется a.mp4 (2)/films.",
    },
  };
  assert.deepEqual(await session.ensureFolder("a.mp4/films"), made);
  assert.deepEqual(await session.ensureFolder("a.mp4/films"), made, "the one that is there already");
  assert.deepEqual(await session.ensureFolder("ann"), { path: "ann" });
});

test("folder: an error of the system is told without a path of the disk, and in two languages", async (context) => {
  const { session } = await opened(context);
  const long = "x".repeat(300);
  await assert.rejects(session.ensureFolder(long), {
    name: "DestinationError",
    kind: "folder_refused",
    message: `the folder ${long} takes no file: name too long (ENAMETOOLONG)`,
    advice: "The video was downloaded, and is put into its folder when the operator has mended that.",
    adviceInRussian: "Видео скачано и попадёт в свою папку, когда оператор устранит неполадку.",
  });
});

test("folder: a rename never overwrites, whatever has the name", async (context) => {
  const { root, session, source } = await opened(context);
  await session.ensureFolder("");
  await writeFile(join(root, "file"), "another");
  await mkdir(join(root, "folder"));
  await symlink("nowhere", join(root, "link"));
  assert.equal(await session.clone?.(source, "a.part"), true);
  const sizes = [];
  for (const name of ["file", "folder", "link"]) {
    sizes.push(await session.size(name));
    await assert.rejects(session.rename("a.part", name), { kind: "name_taken" });
  }
  assert.deepEqual(sizes, ["another".length, -1, -1]);
  assert.equal(await session.size("free"), undefined);
  await session.rename("a.part", "free");
  assert.equal(await readFile(join(root, "free"), "utf8"), "new");
  assert.deepEqual((await readdir(root)).toSorted(), ["file", "folder", "free", "link"]);
});

test("folder: on one file system a clone takes no room", async (context) => {
  const { root, session, source } = await opened(context);
  await session.ensureFolder("");
  assert.equal(await session.clone?.(source, "a"), true);
  assert.equal((await stat(join(root, "a"))).ino, (await stat(source)).ino);
});

test("folder: on another file system a clone is refused, and a copy has the bytes", async (context) => {
  const { root, session, source } = await opened(context);
  const disk = await mountForTest(context, 1);
  if (disk === undefined) return;
  await mkdir(root);
  await symlink(disk.path, join(root, "ann"));
  assert.equal(await session.clone?.(source, "ann/a.part"), false);
  await session.put("ann/a.part", Readable.from([Buffer.from("copied")]));
  await session.rename("ann/a.part", "ann/a");
  assert.equal(await readFile(join(disk.path, "a"), "utf8"), "copied");
  assert.deepEqual(await readdir(disk.path), ["a"]);
});

/** Makes `link` fail as it does on a file system without hard links: exFAT is in no kernel here. */
function refuseLinks(context: TestContext, code: string): void {
  context.mock.method(fs.promises, "link", async () => {
    throw Object.assign(new Error(`${code}: no links`), { code, errno: -1 });
  });
  syncBuiltinESMExports();
  context.after(() => {
    context.mock.restoreAll();
    syncBuiltinESMExports();
  });
}

// FAT and exFAT; network shares; file systems in user space; a file with as many links as it may have.
for (const code of ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"])
  test(`folder: without hard links (${code}), a file is copied, and renamed without overwriting`, async (context) => {
    const { root, session, source } = await opened(context);
    await session.ensureFolder("");
    await writeFile(join(root, "file"), "another");
    await mkdir(join(root, "folder"));
    await symlink("nowhere", join(root, "link"));
    refuseLinks(context, code);
    // Some disks share the bytes of copies all the same.
    if ((await session.clone?.(source, "a.part")) !== true) await session.put("a.part", createReadStream(source));
    for (const name of ["file", "folder", "link"])
      await assert.rejects(session.rename("a.part", name), { kind: "name_taken" }, name);
    await session.rename("a.part", "-free it's");
    assert.equal(await readFile(join(root, "-free it's"), "utf8"), "new");
    assert.equal(await readFile(join(root, "file"), "utf8"), "another");
    assert.deepEqual((await readdir(root)).toSorted(), ["-free it's", "file", "folder", "link"]);
  });

test("folder: without hard links, a refused name and a refused folder are told apart", async (context) => {
  const { root, session } = await opened(context);
  await session.ensureFolder("");
  await session.put("a.part", Readable.from([Buffer.from("copied")]));
  refuseLinks(context, "EPERM");
  const long = "x".repeat(300);
  await assert.rejects(session.rename("a.part", long), { kind: "name_refused", message: /File name too long$/ });
  await assert.rejects(session.rename("gone.part", "b"), { kind: "name_refused" });
  await symlink("/proc", join(root, "elsewhere"));
  await assert.rejects(session.rename("a.part", "elsewhere/b"), {
    kind: "folder_refused",
    message: "the folder elsewhere takes no file: Invalid cross-device link (mv)",
  });
});

test("folder: a signal ends a copy, and removing what is gone is no failure", async (context) => {
  const { root } = await opened(context);
  await mkdir(root);
  const controller = new AbortController();
  const session = await createFolderDestination(root, testHost).connect(controller.signal);
  await session.remove("nothing");
  const source = new Readable({
    read() {
      this.push(Buffer.alloc(1000));
      controller.abort("shutdown");
    },
  });
  await assert.rejects(session.put("a.part", source), (reason) => reason === "shutdown");
  await assert.rejects(session.size("a.part"), (reason) => reason === "shutdown");
  await assert.rejects(lstat(join(root, "a")), { code: "ENOENT" });
});

test("folder: a name that the disk does not take is free, and refused as a name, with hard links as well", async (context) => {
  const { session, source } = await opened(context);
  await session.ensureFolder("");
  const long = "x".repeat(300);
  assert.equal(await session.size(long), undefined);
  assert.equal(await session.clone?.(source, "a.part"), true);
  await assert.rejects(session.rename("a.part", long), { kind: "name_refused", message: /name too long/i });
  assert.equal(await session.size("a.part"), "new".length);
});

test("folder: a file has its name where the system cannot flush a folder", async (context) => {
  const { root, session, source } = await opened(context);
  await session.ensureFolder("");
  assert.equal(await session.clone?.(source, "a.part"), true);
  const { open } = fs.promises;
  // As on shared folders of VirtualBox, and in /proc.
  context.mock.method(fs.promises, "open", async (path: string) => {
    const handle = await open(path);
    context.mock.method(handle, "sync", async () => {
      throw Object.assign(new Error("EINVAL: invalid argument, fsync"), { code: "EINVAL", errno: -22 });
    });
    return handle;
  });
  syncBuiltinESMExports();
  context.after(() => {
    context.mock.restoreAll();
    syncBuiltinESMExports();
  });
  await session.rename("a.part", "a");
  assert.deepEqual(await readdir(root), ["a"]);
});
