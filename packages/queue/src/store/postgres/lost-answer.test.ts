import assert from "node:assert/strict";
import { test } from "node:test";
import { createDatabase, isThorough, startPostgres, startReplica, startTcpProxy } from "@dwld/testbed";
import { eventually } from "@dwld/timing/testing";
import { emptyDatabase, Ledger, openTable } from "./testing/postgres-table.ts";

const patient = { patientUntil: new AbortController().signal };

test("lost answer: a commit that happened is answered, and one that did not is run again", async (context) => {
  const server = await emptyDatabase(context);
  await using proxy = await startTcpProxy(server);
  const table = await openTable(context, { ...server.locationAt(proxy), directUrl: server.location.url });
  const ledger = await Ledger.make(server);
  const reset = async () => {
    await proxy.cut();
    proxy.thaw();
    await proxy.mend();
  };

  const happened = ledger.write(table, 1, () => {
    proxy.freeze("toClient");
  });
  await eventually("it is committed", () => ledger.has(1));
  await reset();
  await happened;

  let asked = false;
  const undone = ledger.write(table, 2, (run) => {
    if (run > 1) return;
    asked = true;
    proxy.freeze("toServer");
  });
  await eventually("the commit is on its way", () => asked);
  await reset();
  await undone;

  assert.deepEqual(await ledger.rows(), [1, 2]);
  assert.deepEqual(Object.fromEntries(ledger.runs), { 1: 1, 2: 2 });
});

test("lost answer: a commit that waits for a synchronous replica is answered when the replica has it", async (context) => {
  await using primary = await startPostgres();
  await using replica = await startReplica(primary, { synchronous: true });
  const database = await createDatabase({ server: primary });
  await using proxy = await startTcpProxy(primary);
  const table = await openTable(context, { ...database.locationAt(proxy), directUrl: database.location.url });
  const ledger = await Ledger.make(database);
  const waiting = async (event: string) => {
    const [row] = await primary.query("SELECT pid FROM pg_stat_activity WHERE wait_event = $1", [event]);
    return row?.["pid"];
  };
  replica.freeze();
  let isAnswered = false;
  const writing = ledger.write(table, 1).then(() => (isAnswered = true));
  await eventually("the commit waits for the replica", async () => (await waiting("SyncRep")) !== undefined);
  await proxy.cut();
  await proxy.mend();
  await eventually("its outcome is asked for", async () => (await waiting("advisory")) !== undefined);
  // The change is committed on the primary alone then.
  const first = await waiting("SyncRep");
  await primary.query("SELECT pg_terminate_backend($1)", [first]);
  await eventually(
    "the answer waits for the replica",
    async () => ![undefined, first].includes(await waiting("SyncRep")),
  );
  assert.ok(!isAnswered);
  replica.thaw();
  await writing;
  assert.deepEqual([await ledger.rows(), ledger.runs.get(1)], [[1], 1]);
});

test("lost answer: of commits whose backends are terminated at random moments, none is lost and none done twice", async (context) => {
  const server = await emptyDatabase(context);
  const table = await openTable(context, server.location, patient);
  const ledger = await Ledger.make(server);
  // Each commit takes about as long as its end: a quick server would be done before.
  await server.query(`CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN PERFORM pg_sleep(random() * 0.006); RETURN NULL; END $$`);
  await server.query(`CREATE CONSTRAINT TRIGGER lingers AFTER INSERT ON ledger DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION linger()`);
  const terminate = `SELECT count(pg_terminate_backend(pid)) AS ended FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ~ 'COMMIT|ledger|BEGIN'`;
  const times = isThorough ? 500 : 60;
  let terminated = 0;
  let again = 0;
  let n = 0;
  // It is tried until both have happened: some were undone, and some committed before.
  while (n < times || ((again === 0 || terminated === again) && n < 20 * times)) {
    n += 1;
    const writing = ledger.write(table, n);
    const [row] = await server.query(`${terminate} AND pg_sleep(${Math.random() * 0.006}) IS NOT NULL`);
    terminated += Number(row?.["ended"]);
    await writing;
    if ((ledger.runs.get(n) ?? 0) > 1) again += 1;
  }
  assert.deepEqual(
    await ledger.rows(),
    Array.from({ length: n }, (_, index) => index + 1),
  );
  assert.ok(again > 0, "none was undone");
  assert.ok(terminated > again, "none was committed and its answer lost");
});

test("lost answer: while a server is away that may have committed, the trouble is known, and a wait ends when it is told to", async (context) => {
  const server = await emptyDatabase(context);
  await using proxy = await startTcpProxy(server);
  const stopping = new AbortController();
  const location = { ...server.locationAt(proxy), directUrl: server.location.url };
  const table = await openTable(context, location, { patientUntil: stopping.signal });
  const ledger = await Ledger.make(server);
  let asked = false;
  const writing = ledger.write(table, 1, () => {
    proxy.freeze("toServer");
    asked = true;
  });
  await eventually("the commit is on its way", () => asked);
  await proxy.cut();
  await eventually("the trouble is known", () => table.trouble?.problem === "away");
  stopping.abort();
  await assert.rejects(writing, { problem: "away", message: /nobody knows whether it was/ });
});
