import assert from "node:assert/strict";
import { test } from "node:test";
import BetterSqlite3 from "better-sqlite3";
import { Connection } from "./connection.ts";
import { fixed } from "../database.ts";

test("connection: the value of a parameter changes no plan, so that a statement is compiled once", (t) => {
  const connection = new Connection(new BetterSqlite3(":memory:"), ":memory:");
  t.after(() => connection.close());
  connection.sqlite.exec("CREATE TABLE jobs (state, rank); CREATE INDEX waiting ON jobs (rank) WHERE state = 'waits'");
  const planOf = (state: string, ...values: string[]) =>
    connection.explain(fixed(`SELECT rank FROM jobs WHERE state = ${state} ORDER BY rank`, ...values));
  assert.deepEqual(planOf("'waits'"), ["SCAN jobs USING INDEX waiting"]);
  assert.deepEqual(planOf("?", "waits"), planOf("?", "another"));
});

test("connection: a question mark of a text is no parameter", (t) => {
  const connection = new Connection(new BetterSqlite3(":memory:"), ":memory:");
  t.after(() => connection.close());
  assert.deepEqual(connection.get(fixed(`SELECT 'it''s ?' AS "?", ? AS value LIMIT ?`, "?", 1)), {
    "?": "it's ?",
    value: "?",
  });
});
