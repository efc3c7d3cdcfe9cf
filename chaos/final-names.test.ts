import assert from "node:assert/strict";
import { appendFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "@dwld/testbed";
import { watchFinalNames } from "./final-names.ts";

test("final names: a file that grows under one is told, and one that was renamed to it is not", async (t) => {
  const root = await mkdtemp(join(tmpdir(), "dwld-names-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  using watch = watchFinalNames({ root });
  await writeFile(join(root, "whole.part"), "whole");
  await rename(join(root, "whole.part"), join(root, "whole"));
  await writeFile(join(root, "grown"), "gr");
  await eventually("both were seen", () => watch.saw("whole") && watch.saw("grown"));
  await appendFile(join(root, "grown"), "own");
  await eventually("it is told", () => watch.changed().length > 0);
  assert.deepEqual(
    watch.changed().map((found) => found.replace(/ \(\d+\)/, "")),
    ["grown had 2 bytes, and then 5"],
  );
});
