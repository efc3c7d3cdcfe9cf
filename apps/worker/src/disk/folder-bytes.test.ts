import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
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

/** Root may read all: this is taken from it. */
const withoutPrivilege = process.geteuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];

test("folder bytes: a folder that a run has closed, or laid too deep for a path, counts as nothing, and the rest counts", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-bytes-"));
  t.after(() => execa("rm", ["-rf", folder]));
  await mkdir(join(folder, "closed"));
  await writeFile(join(folder, "closed/file"), Buffer.alloc(1_000_000));
  await writeFile(join(folder, "file"), Buffer.alloc(500_000));
  await chmod(join(folder, "closed"), 0);
  // Each folder goes below the next one, since no path reaches their depth.
  const deep = join(folder, "deep");
  await mkdir(deep);
  for (let depth = 0; depth < 20; depth++) {
    const above = join(folder, "above");
    await mkdir(join(above, "x".repeat(250)), { recursive: true });
    await rename(deep, join(above, "x".repeat(250), "below"));
    await rename(above, deep);
  }
  const script = `import { bytesIn } from ${JSON.stringify(import.meta.resolve("./folder-bytes.ts"))};
    console.log(await bytesIn([${JSON.stringify(folder)}]));`;
  const [first, ...words] = [...withoutPrivilege, process.execPath, "--input-type=module", "-e", script] as const;
  const bytes = Number((await execa(first, words)).stdout);
  assert.ok(bytes >= 500_000 && bytes < 900_000, `${bytes}`);
});
