import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { freshFile } from "../../testing/fresh-database.ts";
import { inspectDatabase } from "../whole-table.ts";

const folder = mkdtempSync(join(tmpdir(), "dwld-inspect-"));
after(() => rmSync(folder, { recursive: true }));

test("inspect: a table that is in use is inspected as it is", async (t) => {
  const database = await freshFile(t);
  const facts = await inspectDatabase(database.location);
  assert.equal(facts.state, "there");
  assert.deepEqual(facts.state === "there" && [facts.tasks, facts.pending, facts.damage], [0, [], undefined]);
});

test("inspect: a table that does not exist is not made", async () => {
  const path = join(folder, "none.sqlite");
  assert.deepEqual(await inspectDatabase({ path }), { state: "absent" });
  assert.equal(existsSync(path), false);
});

test("inspect: a file of another program is named as such", async () => {
  const path = join(folder, "text.sqlite");
  writeFileSync(path, "not a database at all\n".repeat(100));
  await assert.rejects(inspectDatabase({ path }), { code: "database" });
});
