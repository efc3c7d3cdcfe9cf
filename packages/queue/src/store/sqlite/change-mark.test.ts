import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import BetterSqlite3 from "better-sqlite3";
import { openDatabase } from "../open-database.ts";
import { addedTask } from "../../testing/fresh-database.ts";
import { insertToken } from "../../access/tokens.ts";
import { changeMark } from "./change-mark.ts";

test("change mark: a task, and a change of tokens, change it; a start, and a migration of a newer version, do not", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "dwld-mark-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "dwld.sqlite");
  const database = await openDatabase({ path });
  const marks = [changeMark({ path })];
  await addedTask(database);
  marks.push(changeMark({ path }));
  const token = {
    id: "a",
    name: "page",
    hash: "",
    role: "user",
    chats: "[]",
    created_at: 0,
    expires_at: null,
  } as const;
  assert.ok(await insertToken(database, token, 0));
  marks.push(changeMark({ path }));
  await database.close();
  assert.equal(new Set(marks).size, 3, marks.join("\n"));
  await (await openDatabase({ path })).close();
  const sqlite = new BetterSqlite3(path);
  sqlite.exec("INSERT INTO kysely_migration VALUES ('9999-later', '2099-01-01'); CREATE TABLE later (x INTEGER)");
  sqlite.close();
  assert.equal(changeMark({ path }), marks.at(-1));
});
