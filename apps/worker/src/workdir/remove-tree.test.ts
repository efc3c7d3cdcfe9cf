import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { withoutPrivilege } from "./testing/without-privilege.ts";

test("remove tree: whatever a run leaves goes, be it unreadable or deeper than any path, and nothing that a link leads to", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-remove-"));
  context.after(() => rm(folder, { recursive: true }));
  const program = join(import.meta.dirname, "testing/remove-hostile.ts");
  const [first, ...words] = [...withoutPrivilege, process.execPath, program, folder] as const;
  const { stdout } = await execa(first, words);
  assert.deepEqual(JSON.parse(stdout), { failed: [], kept: 0o750 });
});
