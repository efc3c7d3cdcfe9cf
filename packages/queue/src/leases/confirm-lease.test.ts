import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { query } from "../store/database.ts";
import { DatabaseError } from "../store/database-error.ts";
import { cancelTask } from "../tasks/cancel-task.ts";
import { addedTask, atEnd, claimed, freshDatabase } from "../testing/fresh-database.ts";
import { beforeWrites } from "../testing/intercept.ts";
import { testHost } from "../testing/test-host.ts";
import { confirmLease } from "./confirm-lease.ts";
import { expireLeases, LeaseWatch } from "./expire-lease.ts";
import { leaseMs, listProcesses, registerProcess } from "./process-registry.ts";

/** A process that holds a lease. Its clock can be set forward; its own heartbeats never come. */
async function holder(t: TestContext) {
  const database = await freshDatabase(t);
  const self = { app: "ftp-sender", host: testHost, version: "1", pid: process.pid } as const;
  const registered = await registerProcess(database, self, { onError: assert.ifError }, { intervalMs: 2 ** 30 });
  atEnd(t, () => registered.close());
  const { id } = await addedTask(database);
  const lease = await claimed(database, "download", 1, registered.processId);
  const ahead = { ms: 0 };
  const monotonicMs = () => performance.now() + ahead.ms;
  const { signal } = new AbortController();
  return {
    ...{ database, id, registered, lease, ahead },
    confirm: () => confirmLease(database, registered, lease, { signal, monotonicMs }),
    heartbeats: async () => (await listProcesses(database))[0]?.heartbeat,
    evict: async () => {
      await database.write(async (transaction) => await transaction.run(query.deleteFrom("processes")));
      await expireLeases(database, new LeaseWatch(), "another", 1);
    },
  };
}

test("confirmation: a lease that holds its task is confirmed by a look alone while heartbeats are fresh", async (t) => {
  const on = await holder(t);
  assert.equal(await on.confirm(), true);
  assert.equal(await on.heartbeats(), 0);
});

test("confirmation: the lease of a canceled task still holds it, to remove what was made", async (t) => {
  const on = await holder(t);
  await cancelTask(on.database, { id: on.id, scope: "all" }, 2);
  assert.equal(await on.confirm(), true);
});

test("confirmation: a process that others took for dead while it stood still has lost its lease, whatever its clock says", async (t) => {
  for (const stoodMs of [0, leaseMs]) {
    const on = await holder(t);
    await on.evict();
    on.ahead.ms = stoodMs;
    assert.equal(await on.confirm(), false, `${stoodMs} ms`);
  }
});

test("confirmation: after an old heartbeat, a new one must be in the table first", async (t) => {
  const on = await holder(t);
  on.ahead.ms = leaseMs - 6000;
  assert.equal(await on.confirm(), true);
  assert.equal(await on.heartbeats(), 0, "it is fresh");
  on.ahead.ms = leaseMs - 5000;
  // The clock of the test goes on beside that of the registry, so that a beat never is fresh enough.
  let beats = 0;
  const end = beforeWrites(on.database, () => {
    beats += 1;
    on.ahead.ms = 0;
  });
  assert.equal(await on.confirm(), true);
  end();
  assert.equal(beats, 1);
  assert.equal(await on.heartbeats(), 1);
});

test("confirmation: while the database is away, none is given", async (t) => {
  const on = await holder(t);
  on.ahead.ms = leaseMs;
  const end = beforeWrites(on.database, () => {
    throw new DatabaseError("away", "the cable is cut");
  });
  await assert.rejects(on.confirm(), /the cable is cut/);
  end();
});

test("confirmation: an answer that comes too late counts for nothing", async (t) => {
  const on = await holder(t);
  const get = on.database.get.bind(on.database);
  let looks = 0;
  on.database.get = async (statement) => {
    const answer = await get(statement);
    looks += 1;
    // The process stood still while the answer was under way, and has lost its lease meanwhile.
    if (looks === 1) {
      on.ahead.ms = leaseMs;
      await on.evict();
    }
    return answer;
  };
  assert.equal(await on.confirm(), false);
});
