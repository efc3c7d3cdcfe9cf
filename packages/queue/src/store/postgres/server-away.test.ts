import assert from "node:assert/strict";
import { test } from "node:test";
import { createDatabase, mountForTest, startPostgres } from "@dwld/testbed";
import { eventually } from "@dwld/timing/testing";
import { addedTask } from "../../testing/fresh-database.ts";
import { findTask } from "../../tasks/list-tasks.ts";
import { DatabaseError } from "../database-error.ts";
import { emptyDatabase, Ledger, openTable } from "./testing/postgres-table.ts";

const patient = { patientUntil: new AbortController().signal };

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

function isAway(error: unknown): boolean {
  return error instanceof DatabaseError && error.problem === "away" && error.mayPass;
}

test("server away: what is written while it restarts, in each way, is there once, and who does not wait is told", async (context) => {
  await using server = await startPostgres();
  const database = await createDatabase({ server });
  const told: (string | undefined)[] = [];
  const onTrouble = (trouble: DatabaseError | undefined) => told.push(trouble?.problem);
  const table = await openTable(context, database.location, { ...patient, onTrouble });
  const impatient = await openTable(context, database.location);
  const ledger = await Ledger.make(database);
  let n = 0;
  let stops = false;
  const write = async () => {
    while (!stops) await ledger.write(table, ++n);
  };
  const writing = [write(), write(), write()];
  for (const how of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    const before = n;
    await eventually("some are written", () => n > before + 20);
    await server.goAway(how);
    await eventually("the trouble is known", () => table.trouble !== undefined);
    await assert.rejects(addedTask(impatient), isAway);
    await assert.rejects(findTask(impatient, "01a21f70-6453-710d-a72c-9898274609a7", "all"), isAway);
    await server.comeBack();
    await eventually("the trouble is over", () => table.trouble === undefined);
    const { id, seq } = await addedTask(impatient);
    assert.equal((await findTask(impatient, id, "all"))?.seq, seq);
  }
  stops = true;
  await Promise.all(writing);
  assert.deepEqual(await ledger.rows(), numbers(n));
  assert.deepEqual(told, ["away", undefined, "away", undefined, "away", undefined]);
});

test("server away: connections that end while nothing is asked are replaced, and nobody notices", async (context) => {
  const server = await emptyDatabase(context);
  const table = await openTable(context, server.location);
  const { id, seq } = await addedTask(table);
  await Promise.all(numbers(3).map(() => findTask(table, id, "all")));
  await server.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'dwld' AND datname = current_database()",
  );
  assert.equal((await findTask(table, id, "all"))?.seq, seq);
  await addedTask(table);
});

test("server away: too many connections are told as what they are, and pass", async (context) => {
  const server = await emptyDatabase(context);
  const limit = (count: number) => server.query(`ALTER DATABASE ${server.name} CONNECTION LIMIT ${count}`);
  await limit(0);
  const isFull = (error: unknown) =>
    isAway(error) && /no resources for a further connection.*max_connections/.test(String(error));
  await assert.rejects(openTable(context, server.location), isFull);
  await limit(2);
  const table = await openTable(context, server.location);
  await assert.rejects(addedTask(table), isFull);
  await limit(-1);
  await addedTask(table);
});

test("server away: writes wait until its full disk has space", async (context) => {
  const disk = await mountForTest(context, 160);
  if (disk === undefined) return;
  const server = await startPostgres({ parent: disk.path, settings: { min_wal_size: "32MB", max_wal_size: "32MB" } });
  try {
    const database = await createDatabase({ server });
    const table = await openTable(context, database.location, patient);
    const impatient = await openTable(context, database.location);
    const link = (n: number) => `https://videos.example/${n}/${"x".repeat(60_000)}`;
    await addedTask(table);
    await disk.fill();
    const isFull = (error: unknown) => error instanceof DatabaseError && error.problem === "disk_full";
    await assert.rejects(async () => {
      for (let n = 0; n < 1000; n += 1) await addedTask(impatient, { link: link(n) });
    }, isFull);
    const adding = addedTask(table, { link: link(1000) });
    await eventually("the trouble is known", () => table.trouble?.problem === "disk_full");
    await disk.makeRoom();
    const { id, seq } = await adding;
    assert.equal((await findTask(impatient, id, "all"))?.seq, seq);
    assert.equal(table.trouble, undefined);
  } finally {
    await server.stop();
  }
});
