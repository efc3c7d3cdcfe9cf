import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { cancelTask } from "../tasks/cancel-task.ts";
import { type Database, query } from "../store/database.ts";
import { addedTask, deliverFiles, downloadedTask, freshDatabase, request, row } from "../testing/fresh-database.ts";
import { watchStatements } from "../testing/intercept.ts";
import { startProcess } from "../testing/start-process.ts";
import { aborted, done, startTestRunner } from "../testing/test-runner.ts";
import { countTasks } from "../tasks/list-tasks.ts";
import { expireLeases, LeaseWatch } from "../leases/expire-lease.ts";
import { listProcesses } from "../leases/process-registry.ts";

const never = new AbortController().signal;

test("runner: all waiting tasks are worked on, never more at once than allowed", async (t) => {
  const database = await freshDatabase(t);
  for (let count = 0; count < 12; count++) await addedTask(database);
  let [now, most] = [0, 0];
  const three = Promise.withResolvers<void>();
  const { errors } = await startTestRunner(
    t,
    database,
    async () => {
      most = Math.max(most, (now += 1));
      if (now === 3) three.resolve();
      // The first ones wait for each other.
      await three.promise;
      now -= 1;
      return done;
    },
    { parallel: 3 },
  );
  await eventually("all done", async () => (await countTasks(database, "all")).DONE === 12);
  assert.equal(most, 3);
  assert.deepEqual(errors, []);
});

test("runner: one of deliveries takes deliveries alone", async (t) => {
  const database = await freshDatabase(t);
  const task = await downloadedTask(database);
  await addedTask(database);
  await startTestRunner<"delivery">(
    t,
    database,
    async ({ lease }) => {
      assert.equal(lease.task.id, task.id);
      await deliverFiles(database, lease);
      return { outcome: "delivered" };
    },
    { kind: "delivery" },
  );
  await eventually("delivered", async () => (await countTasks(database, "all")).DONE === 1);
  assert.equal((await countTasks(database, "all")).QUEUED, 1);
});

test("runner: a task that another process adds starts by its notification, and ends when that process cancels it", async (t) => {
  const database = await freshDatabase(t);
  const started: number[] = [];
  const reasons: unknown[] = [];
  await startTestRunner(t, database, async ({ signal }) => {
    started.push(performance.now());
    reasons.push(await aborted(signal));
    return undefined;
  });
  const other = await startProcess(t, fork);
  await other.ask("open", database.location);
  const tookMs: number[] = [];
  for (let count = 1; count <= 10; count++) {
    const [id] = await other.ask("add", [request()]);
    const addedAt = performance.now();
    await eventually("it started", () => started.length === count);
    tookMs.push((started.at(-1) ?? 0) - addedAt);
    await other.ask("cancel", id ?? "");
    await eventually("it was told to end", () => reasons.length === count);
  }
  assert.deepEqual(new Set(reasons), new Set(["canceled"]));
  const median = tookMs.toSorted((a, b) => a - b)[5]?.toFixed(1);
  t.diagnostic(`started ${median} ms after the answer to the add, at the median`);
  await eventually("its owner let go", async () =>
    (await database.all(query.selectFrom("tasks").select("owner"))).every(({ owner }) => owner === null),
  );
});

test("runner: a task whose time comes starts without a notification", async (t) => {
  const database = await freshDatabase(t);
  const now = Date.now();
  await addedTask(database, { startAfter: now + 100 }, now);
  await startTestRunner(t, database, async () => done);
  await eventually("done", async () => (await countTasks(database, "all")).DONE === 1);
});

test("runner: stop waits for what runs, takes nothing new, and may be called again", async (t) => {
  const database = await freshDatabase(t);
  const [first, second] = [await addedTask(database), await addedTask(database)];
  const gate = Promise.withResolvers<void>();
  const started: string[] = [];
  const { runner } = await startTestRunner(
    t,
    database,
    async (work) => {
      started.push(work.lease.task.id);
      await gate.promise;
      assert(!work.signal.aborted);
      return done;
    },
    { parallel: 1 },
  );
  await eventually("it started", () => started.length === 1);
  let stopped = 0;
  const stops = [runner.stop(never), runner.stop(never)].map((stop) => stop.then(() => (stopped += 1)));
  await addedTask(database);
  await new Promise(setImmediate);
  assert.equal(stopped, 0);
  gate.resolve();
  await Promise.all(stops);
  await runner.stop(never);
  assert.deepEqual(started, [first.id]);
  assert.equal((await row(database, first.seq)).state, "DONE");
  assert.equal((await row(database, second.seq)).state, "QUEUED");
});

test("runner: a run that has not ended at the killing signal is told to shut down, and its task waits for the next process", async (t) => {
  const database = await freshDatabase(t);
  const task = await addedTask(database);
  const reasons: unknown[] = [];
  let begun = false;
  const { runner } = await startTestRunner(t, database, async (work) => {
    begun = true;
    reasons.push(await aborted(work.signal));
    return undefined;
  });
  await eventually("it began", () => begun);
  const killing = new AbortController();
  const stopped = runner.stop(never);
  const again = runner.stop(killing.signal);
  assert.deepEqual(reasons, []);
  killing.abort();
  await Promise.all([stopped, again]);
  assert.deepEqual(reasons, ["shutdown"]);
  const { state, owner, failure_class, attempt_count } = await row(database, task.seq);
  assert.deepEqual([state, owner, failure_class, attempt_count], ["QUEUED", null, null, 0]);
});

test("runner: a process that fails leaves its tasks as one that was killed does, and their interruption counts", async (t) => {
  const database = await freshDatabase(t);
  const task = await addedTask(database);
  const { runner } = await startTestRunner(t, database, async (work) => {
    assert.equal(await aborted(work.signal), "failure");
    return undefined;
  });
  await eventually("it began", async () => (await countTasks(database, "all")).DOWNLOADING === 1);
  await runner.stop(AbortSignal.abort("failure"));
  assert.equal((await row(database, task.seq)).state, "DOWNLOADING");
  await database.write((transaction) => transaction.run(query.deleteFrom("processes")));
  await expireLeases(database, new LeaseWatch(), "the next", 5);
  const { state, interruption_count, attempt_count } = await row(database, task.seq);
  assert.deepEqual([state, interruption_count, attempt_count], ["QUEUED", 1, 0]);
});

test("runner: a cancel reaches a run while the runner stops", async (t) => {
  const database = await freshDatabase(t);
  const task = await addedTask(database);
  const reasons: unknown[] = [];
  const { runner } = await startTestRunner(t, database, async (work) => {
    reasons.push(await aborted(work.signal));
    return undefined;
  });
  await eventually("it started", async () => (await countTasks(database, "all")).DOWNLOADING === 1);
  const stopped = runner.stop(never);
  await cancelTask(database, { id: task.id, scope: "all" }, 5);
  await stopped;
  assert.deepEqual(reasons, ["canceled"]);
});

test("runner: a paused one takes nothing until the pause ends, and does not spin", async (t) => {
  const database = await freshDatabase(t);
  const { runner } = await startTestRunner(t, database, async () => done);
  runner.pause("the disk is full");
  const looks = countLooks(database);
  await addedTask(database, { startAfter: 2 }, 1);
  await heartbeats(database, 20);
  assert.equal((await countTasks(database, "all")).QUEUED, 1);
  assert(looks() < 20, `${looks()} looks in 20 heartbeats`);
  runner.pause(undefined);
  await eventually("done", async () => (await countTasks(database, "all")).DONE === 1);
});

test("runner: one that may not claim takes nothing, does not spin, and asks again before each claim once it is woken", async (t) => {
  const database = await freshDatabase(t);
  let allowed = 0;
  const mayClaim = () => Promise.resolve(--allowed >= 0);
  const { runner } = await startTestRunner(t, database, async () => done, { mayClaim });
  const looks = countLooks(database);
  for (let count = 0; count < 3; count++) await addedTask(database, { startAfter: 2 }, 1);
  await heartbeats(database, 20);
  assert.equal((await countTasks(database, "all")).QUEUED, 3);
  assert(looks() < 20, `${looks()} looks in 20 heartbeats`);
  allowed = 2;
  runner.wake();
  await eventually("two done", async () => (await countTasks(database, "all")).DONE === 2);
  await heartbeats(database, 20);
  assert.equal((await countTasks(database, "all")).QUEUED, 1);
});

test("runner: one whose slots are all taken does not spin when a task becomes due", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database);
  await startTestRunner(
    t,
    database,
    async (work) => {
      await aborted(work.signal);
      return undefined;
    },
    { parallel: 1 },
  );
  await eventually("it started", async () => (await countTasks(database, "all")).DOWNLOADING === 1);
  await addedTask(database, { startAfter: 2 }, 1);
  const looks = countLooks(database);
  await heartbeats(database, 20);
  assert(looks() < 20, `${looks()} looks in 20 heartbeats`);
});

/** Returns a function that counts the queries for the time of the next due task. */
function countLooks(database: Database): () => number {
  let looks = 0;
  watchStatements(database, (statement) => {
    if (statement.compile().sql.includes("min(")) looks += 1;
  });
  return () => looks;
}

async function heartbeats(database: Database, count: number): Promise<void> {
  const heartbeat = async () => (await listProcesses(database))[0]?.heartbeat ?? 0;
  const start = await heartbeat();
  await eventually(`${count} heartbeats`, async () => (await heartbeat()) >= start + count);
}
