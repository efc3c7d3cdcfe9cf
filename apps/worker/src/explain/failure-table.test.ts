import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { failureTable } from "./failure-table.ts";

test("docs/failures.md is what the code does: `make docs` writes it anew", async () => {
  const page = await readFile(join(import.meta.dirname, "../../../../docs/failures.md"), "utf8");
  assert.equal(page, failureTable());
});
