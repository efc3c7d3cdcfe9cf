import assert from "node:assert/strict";
import { test } from "node:test";
import { isThorough, startTcpProxy } from "@dwld/testbed";
import { eventually } from "@dwld/timing/testing";
import { addedTask } from "../../testing/fresh-database.ts";
import { findTask } from "../../tasks/list-tasks.ts";
import { emptyDatabase, Ledger, openTable } from "./testing/postgres-table.ts";

const patient = { patientUntil: new AbortController().signal };

test("frozen network: one that is cut off in the midst of a write holds up others for seconds, and writes again when it is back", async (context) => {
  const server = await emptyDatabase(context);
  await using proxy = await startTcpProxy(server);
  const table = await openTable(context, server.locationAt(proxy), patient);
  const other = await openTable(context, server.location);
  const ledger = await Ledger.make(server);
  let holdsLock = false;
  const writing = ledger.write(table, 1, (run) => {
    if (run > 1) return;
    proxy.freeze();
    holdsLock = true;
  });
  await eventually("it holds the lock", () => holdsLock);
  await ledger.write(other, 2);
  assert.deepEqual(await ledger.rows(), [2]);
  proxy.thaw();
  await writing;
  assert.deepEqual(await ledger.rows(), [1, 2]);
  assert.equal(ledger.runs.get(1), 2);
});

const skip = !isThorough && "THOROUGH=1: it waits for the time-outs";
test(
  "frozen network: no answer is an answer in the end, and what is written then is there once",
  { skip },
  async (context) => {
    const server = await emptyDatabase(context);
    await using proxy = await startTcpProxy(server);
    const table = await openTable(context, server.locationAt(proxy), patient);
    const impatient = await openTable(context, server.locationAt(proxy));
    const ledger = await Ledger.make(server);
    const { id, seq } = await addedTask(table);
    proxy.freeze();
    const writing = ledger.write(table, 1);
    const away = { problem: "away" };
    await Promise.all([
      assert.rejects(findTask(impatient, id, "all"), away),
      assert.rejects(addedTask(impatient), away),
      eventually("the trouble is known", () => table.trouble?.problem === "away"),
    ]);
    proxy.thaw();
    await writing;
    assert.deepEqual(await ledger.rows(), [1]);
    assert.equal((await findTask(impatient, id, "all"))?.seq, seq);
    await addedTask(impatient);
  },
);
