import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { bytesIn } from "./folder-bytes.ts";

test("folder bytes: files in folders count, and links that lead in circles or out of the folder are not followed", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-bytes-"));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "a"));
  await writeFile(join(folder, "a/file"), Buffer.alloc(1_000_000));
  // Two circles: to follow them to the end of the longest path would take 2^40 steps.
  for (const name of ["one", "two"]) await symlink(".", join(folder, name));
  await symlink("/", join(folder, "root"));
  const bytes = await bytesIn([folder, join(folder, "missing")]);
  assert.ok(bytes >= 1_000_000 && bytes < 1_100_000, `${bytes}`);
});
