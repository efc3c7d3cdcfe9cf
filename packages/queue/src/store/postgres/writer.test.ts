import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { addedTask } from "../../testing/fresh-database.ts";
import { findOpenTasks, openTasksQuery } from "../../tasks/list-tasks.ts";
import { fixed } from "../query.ts";
import { emptyDatabase, openTable } from "./testing/postgres-table.ts";

const patient = { patientUntil: new AbortController().signal };

test("writer: an error of a change is its own, even one that looks like that of a lost connection", async (context) => {
  const table = await openTable(context, (await emptyDatabase(context)).location, patient);
  for (const code of ["ENOTEMPTY", "ECONNRESET", "08006", "25006", "53100", "40001", ""]) {
    const failed = Object.assign(new Error("timeout expired"), { code });
    let runs = 0;
    const changes = [
      addedTask(table),
      table.write(async (transaction) => {
        runs += 1;
        await transaction.get(fixed("SELECT 1"));
        throw failed;
      }),
      addedTask(table),
    ];
    const results = await Promise.allSettled(changes);
    assert.deepEqual(
      results.map((result): unknown => (result.status === "rejected" ? result.reason : result.status)),
      ["fulfilled", failed, "fulfilled"],
    );
    assert.equal(runs, 2);
    assert.equal(table.trouble, undefined);
  }
});

test("writer: a statement that somebody ends is a trouble that passes", async (context) => {
  const server = await emptyDatabase(context);
  const impatient = await openTable(context, server.location);
  const table = await openTable(context, server.location, patient);
  const end = async (): Promise<boolean> => {
    const asleep = "FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
    return (await server.query(`SELECT pg_cancel_backend(pid) ${asleep}`)).length > 0;
  };
  let runs = 0;
  const sleep = async (database: typeof table) =>
    await database.write(async (transaction) => {
      runs += 1;
      await transaction.get(fixed(`SELECT 1 FROM pg_sleep(${runs < 3 ? 30 : 0})`));
      return runs;
    });
  const refused = assert.rejects(sleep(impatient), { problem: "busy", message: /statement_timeout/ });
  await eventually("a statement is ended", end);
  await refused;
  const written = sleep(table);
  await eventually("a statement is ended", end);
  assert.equal(await written, 3);
});

test("writer: links of every length that a request may have are stored and found", async (context) => {
  const table = await openTable(context, (await emptyDatabase(context)).location);
  for (const bytes of [2000, 3000, 30_000]) {
    const link = `https://videos.example/${randomBytes(bytes).toString("hex").slice(0, bytes)}`;
    const { id } = await addedTask(table, { link });
    assert.equal((await addedTask(table, { link })).id, id);
    assert.deepEqual(
      (await findOpenTasks(table, "chat", link)).map((task) => task.id),
      [id],
    );
  }
  await table.get(fixed("SET enable_seqscan = off"));
  const plan = await table.engine.explain(openTasksQuery("chat", "https://videos.example/1"));
  assert.ok(
    plan.some((step) => step.includes("tasks_open_link")),
    plan.join("\n"),
  );
});

test("writer: rows that another program has locked are waited for, and others who write wait beside it", async (context) => {
  const server = await emptyDatabase(context);
  const tables = [await openTable(context, server.location), await openTable(context, server.location)];
  const held = server.query("BEGIN; UPDATE counters SET value = value; SELECT pg_sleep(2); COMMIT");
  const sleeps = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
  await eventually("rows are locked", async () => (await server.query(sleeps)).length > 0);
  const waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event <> 'advisory'";
  const adding = tables.map((table) => addedTask(table));
  const waiters = new Set<unknown>();
  await eventually("both have waited for the rows", async () => {
    for (const { pid } of await server.query(`${waiting} AND datname = current_database()`)) waiters.add(pid);
    return waiters.size === 2;
  });
  await Promise.all([held, ...adding]);
});

test("writer: the row of a process that ended a week ago is removed, and those of others stay", async (context) => {
  const server = await emptyDatabase(context);
  await (await openTable(context, server.location)).close();
  await server.query(
    "INSERT INTO writers VALUES ('gone', 5, now() - interval '8 days'), ('late', 5, now() - interval '6 days')",
  );
  await addedTask(await openTable(context, server.location));
  assert.deepEqual(await server.query("SELECT id FROM writers WHERE id IN ('gone', 'late')"), [{ id: "late" }]);
});
