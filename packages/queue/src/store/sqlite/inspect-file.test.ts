import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import BetterSqlite3 from "better-sqlite3";
import { freshFile } from "../../testing/fresh-database.ts";
import { inspectDatabase, schemaState } from "../whole-table.ts";

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

test("schema state: a table is absent, of this version, or older, and none is made or brought up to date", async (t) => {
  const path = join(folder, "no-schema.sqlite");
  assert.equal(await schemaState({ path }), "absent");
  assert.equal(existsSync(path), false);
  const { location } = await freshFile(t);
  assert.equal(await schemaState(location), "current");
  const sqlite = new BetterSqlite3("path" in location ? location.path : "");
  sqlite.exec("DELETE FROM kysely_migration WHERE name = (SELECT max(name) FROM kysely_migration)");
  sqlite.close();
  for (let look = 0; look < 2; look++) assert.equal(await schemaState(location), "older");
});

test("inspect: a file of another program is named as such", async () => {
  const path = join(folder, "text.sqlite");
  writeFileSync(path, "not a database at all\n".repeat(100));
  await assert.rejects(inspectDatabase({ path }), { code: "database" });
});
