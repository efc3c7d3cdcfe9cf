import assert from "node:assert/strict";
import { test } from "node:test";
import BetterSqlite3 from "better-sqlite3";
import { DatabaseError } from "../database-error.ts";
import { GroupCommit } from "../group-commit.ts";
import { addedTask, atEnd, freshFile } from "../../testing/fresh-database.ts";
import { readWriteAheadLog } from "../../testing/write-ahead-log.ts";

test("sqlite: the writes of one turn of the event loop are one transaction of the log", async (t) => {
  const database = await freshFile(t);
  const before = readWriteAheadLog(database.name).commits;
  await Promise.all(Array.from({ length: 50 }, () => addedTask(database)));
  assert.equal(readWriteAheadLog(database.name).commits - before, 1);
  await addedTask(database);
  await addedTask(database);
  assert.equal(readWriteAheadLog(database.name).commits - before, 3);
});

test("sqlite: a lock that is held too long ends the wait with an error that says so", async (t) => {
  const { engine } = await freshFile(t);
  const nothing = () => undefined;
  const other = new BetterSqlite3(engine.name);
  atEnd(t, () => other.close());
  other.exec("BEGIN IMMEDIATE");
  const commits = new GroupCommit(engine, {
    guard: nothing,
    onChange: nothing,
    onCommit: nothing,
    onTrouble: nothing,
    busyMs: 50,
  });
  await assert.rejects(
    commits.add(async () => 1, { notifies: true }),
    (error) => error instanceof DatabaseError && error.problem === "busy" && error.message.includes(engine.name),
  );
  other.exec("ROLLBACK");
  assert.equal(await commits.add(async () => 1, { notifies: true }), 1);
});
