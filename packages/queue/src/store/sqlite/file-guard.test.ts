import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { readFileSync, renameSync } from "node:fs";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import BetterSqlite3 from "better-sqlite3";
import { DatabaseError, type DatabaseProblem } from "../database-error.ts";
import { addedTask, atEnd, freshFile, freshPath, request } from "../../testing/fresh-database.ts";
import { startProcess } from "../../testing/start-process.ts";
import { findTask, listTasks } from "../../tasks/list-tasks.ts";
import { openDatabase } from "../open-database.ts";

const is = (problem: DatabaseProblem, message: RegExp) => (error: unknown) => {
  assert(error instanceof DatabaseError, String(error));
  assert.equal(error.problem, problem);
  assert.match(error.message, message);
  return true;
};

test("file guard: a table that was moved away takes no writes, can be read, and goes on when it is back", async (t) => {
  const database = await freshFile(t);
  const before = await addedTask(database);
  renameSync(database.name, `${database.name}.elsewhere`);
  await assert.rejects(addedTask(database), is("replaced", /moved away or removed.*Put it back/));
  assert.equal(database.trouble?.problem, "replaced");
  assert.equal((await findTask(database, before.id, "all"))?.seq, before.seq);
  renameSync(`${database.name}.elsewhere`, database.name);
  const after = await addedTask(database);
  assert.equal(database.trouble, undefined);
  assert.deepEqual(
    (await listTasks(database, { scope: "all", states: [] }, { limit: 9 })).map(({ id }) => id),
    [after.id, before.id],
  );
});

test("file guard: a table that another replaced takes no writes, and the other one is not touched", async (t) => {
  const [database, other] = [await freshFile(t), await freshFile(t)];
  await addedTask(other);
  await other.close();
  const bytes = readFileSync(other.name);
  renameSync(other.name, database.name);
  await assert.rejects(addedTask(database), is("replaced", /another file.*restart dwld/));
  assert.deepEqual(readFileSync(database.name), bytes);
});

test("file guard: once a newer dwld has changed the schema, a running older one writes no more, and all it accepted is there", async (t) => {
  const path = await freshPath(t);
  await (await openDatabase({ path })).close();
  const [older, newer] = [await startProcess(t, fork), await startProcess(t, fork)];
  await older.ask("open", { path });
  const accepting = older.ask("addUntilRefused", request());
  await eventually("it has accepted some", () => older.count("accepted") > 20);
  await newer.ask("upgrade", path);
  const { ids, problem, message } = await accepting;
  assert.equal(problem, "newer_schema");
  assert.match(message, /newer dwld.*Start that version/);
  const sqlite = new BetterSqlite3(path);
  atEnd(t, () => sqlite.close());
  const stored = sqlite.prepare<[], { id: string; later: string }>("SELECT id, later FROM tasks ORDER BY seq").all();
  assert.deepEqual(
    stored.map(({ id }) => id),
    ids,
  );
  assert(stored.every(({ later }) => later === "made by the newer"));
  assert.equal(sqlite.pragma("integrity_check", { simple: true }), "ok");
});

test("file guard: an operator who vacuums or analyses the table stops nobody", async (t) => {
  const database = await freshFile(t);
  await addedTask(database);
  const operator = new BetterSqlite3(database.name);
  atEnd(t, () => operator.close());
  operator.exec("ANALYZE; VACUUM");
  await addedTask(database);
  assert.equal((await listTasks(database, { scope: "all", states: [] }, { limit: 9 })).length, 2);
});
