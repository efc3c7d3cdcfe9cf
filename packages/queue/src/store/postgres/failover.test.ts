import assert from "node:assert/strict";
import { test } from "node:test";
import { createDatabase, type DatabaseAddress, startPostgres, startReplica, type TestDatabase } from "@dwld/testbed";
import { eventually } from "@dwld/timing/testing";
import { addedTask } from "../../testing/fresh-database.ts";
import { Ledger, openTable } from "./testing/postgres-table.ts";

const patient = { patientUntil: new AbortController().signal };

/** Returns a location that names two servers. */
function locationOfBoth(database: TestDatabase, other: DatabaseAddress) {
  const { location, host, port } = database;
  return { ...location, url: location.url.replace(`${host}:${port}`, `${host}:${port},${other.host}:${other.port}`) };
}

test("failover: to a synchronous replica, nothing that was answered is lost and nothing done twice", async (context) => {
  await using primary = await startPostgres();
  const database = await createDatabase({ server: primary });
  await using replica = await startReplica(primary, { synchronous: true });
  const table = await openTable(context, locationOfBoth(database, replica), patient);
  const ledger = await Ledger.make(database);
  const before = await table.engine.history();
  let n = 0;
  let stops = false;
  const answered: number[] = [];
  const write = async () => {
    while (!stops) {
      const own = ++n;
      await ledger.write(table, own);
      answered.push(own);
    }
  };
  const writing = [write(), write(), write()];
  await eventually("some are written", () => answered.length > 50);
  await primary.goAway("SIGQUIT");
  await eventually("the trouble is known", () => table.trouble !== undefined);
  await replica.promote();
  const count = answered.length;
  await eventually("more are written", () => answered.length > count + 50);
  stops = true;
  await Promise.all(writing);
  const rows = (await replica.query("SELECT n FROM ledger ORDER BY n", [], database.name)).map((row) => row["n"]);
  assert.deepEqual(
    rows,
    answered.toSorted((a, b) => a - b),
  );
  assert.notEqual(await table.engine.history(), before);
});

test("failover: to an asynchronous replica, what it had not is gone, and the table says that its history is another", async (context) => {
  await using primary = await startPostgres();
  const database = await createDatabase({ server: primary });
  await using replica = await startReplica(primary);
  const table = await openTable(context, locationOfBoth(database, replica), patient);
  const kept = await addedTask(table);
  await replica.caughtUp();
  const before = await table.engine.history();
  await replica.goAway();
  const lost = await addedTask(table);
  await primary.goAway("SIGQUIT");
  await replica.comeBack();
  await replica.promote();
  const later = await addedTask(table);
  const ids = await replica.query("SELECT id FROM tasks ORDER BY seq", [], database.name);
  assert.deepEqual(
    ids.map(({ id }) => id),
    [kept.id, later.id],
  );
  assert.equal(later.seq, lost.seq);
  assert.notEqual(await table.engine.history(), before);
});
