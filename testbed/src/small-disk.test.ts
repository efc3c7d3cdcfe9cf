import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { MountError, mountSmallDisk, type SmallDisk } from "./small-disk.ts";

const mebibyte = 1024 * 1024;

/** Undefined, and the test says why, where nobody may mount. */
async function mountFor(context: TestContext, mebibytes: number, files?: number): Promise<SmallDisk | undefined> {
  try {
    return await mountSmallDisk(mebibytes, files);
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    context.skip(error.message);
    return undefined;
  }
}

test("small disk: is full when it is, has room again, keeps what it has when it grows, and is gone at the end", async (context) => {
  const disk = await mountFor(context, 2);
  if (disk === undefined) return;
  const file = join(disk.path, "file");
  await writeFile(file, Buffer.alloc(mebibyte, 7));
  await disk.fill(8192);
  assert.equal(await disk.freeBytes(), 8192);
  await disk.fill();
  await assert.rejects(writeFile(join(disk.path, "more"), "more"), { code: "ENOSPC" });
  await disk.makeRoom();
  assert.equal(await disk.freeBytes(), mebibyte);
  await disk.resize(8);
  assert.equal(await disk.freeBytes(), 7 * mebibyte);
  assert.deepEqual(await readFile(file), Buffer.alloc(mebibyte, 7));
  await disk.unmount();
  await assert.rejects(stat(disk.path), { code: "ENOENT" });
});

test("small disk: can be full of files that take no room", async (context) => {
  const disk = await mountFor(context, 2, 20);
  if (disk === undefined) return;
  const makeFiles = async () => {
    for (let count = 0; count < 30; count += 1) await writeFile(join(disk.path, `${count}`), "");
  };
  await assert.rejects(makeFiles(), { code: "ENOSPC" });
  assert.equal(await disk.freeBytes(), 2 * mebibyte);
  await disk.resize(2, 100);
  await makeFiles();
  await disk.unmount();
});
