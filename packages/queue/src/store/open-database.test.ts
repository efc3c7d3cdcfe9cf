import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { test } from "node:test";
import { sql } from "kysely";
import { raw } from "./database.ts";
import { DatabaseError } from "./database-error.ts";
import { addedTask, freshDatabase, freshLocation, openedDatabase, request } from "../testing/fresh-database.ts";
import { openLocation } from "../testing/open-location.ts";
import { startProcess } from "../testing/start-process.ts";
import { findTask } from "../tasks/list-tasks.ts";

test("open: a task is there after the process that added it was killed the moment it was answered", async (t) => {
  const location = await freshLocation(t);
  for (let round = 0; round < 3; round++) {
    const other = await startProcess(t, fork);
    await other.ask("open", location);
    const ids = await other.ask("add", [request(), request()]);
    await other.kill("SIGKILL");
    const database = await openLocation(location);
    for (const id of ids) assert.equal((await findTask(database, id, "all"))?.state, "QUEUED");
    await database.close();
  }
});

test("close: later writes are refused with the path, earlier ones are finished, and it may be closed again", async (t) => {
  const location = await freshLocation(t);
  const database = await openLocation(location);
  const adding = addedTask(database);
  const closing = database.close();
  await assert.rejects(addedTask(database), (error) => error instanceof DatabaseError && error.problem === "closed");
  const task = await adding;
  await closing;
  await database.close();
  database.notifier.notify(["changes"]);
  database.notifier.close();
  assert.equal((await findTask(await openedDatabase(t, location), task.id, "all"))?.seq, task.seq);
});

test("prepared statements: a hundred shapes of one query leave the others' results alone", async (t) => {
  const database = await freshDatabase(t);
  const task = await addedTask(database);
  for (let size = 1; size <= 250; size++)
    assert.equal((await database.all(raw(sql`SELECT 1 WHERE 1 IN (${sql.join(Array(size).fill(1))})`))).length, 1);
  assert.equal((await findTask(database, task.id, "all"))?.seq, task.seq);
});
