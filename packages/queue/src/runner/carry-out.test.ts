import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { query } from "../store/database.ts";
import { DatabaseError } from "../store/database-error.ts";
import { cancelTask } from "../tasks/cancel-task.ts";
import { addedTask, claimed, downloadedTask, freshDatabase, row } from "../testing/fresh-database.ts";
import { boundsOf, done } from "../testing/test-runner.ts";
import { carryOut } from "./carry-out.ts";
import type { DownloadWork, Handler } from "./handler.ts";

/** A claimed download, and the calls of its handler with the owner of the task at that moment. */
async function begun(t: TestContext, run: (on: { id: string; seq: number }) => ReturnType<Handler<"download">["run"]>) {
  const database = await freshDatabase(t);
  const { id, seq } = await addedTask(database);
  const lease = await claimed(database);
  const calls: string[] = [];
  const errors: string[] = [];
  const holder = async () => ((await row(database, seq)).owner === lease.token ? "held" : "not held");
  const handler: Handler<"download"> = {
    run: async () => await run({ id, seq }),
    settled: async (_work, outcome) => void calls.push(`settled ${outcome.outcome}, ${await holder()}`),
    discard: async (_work, why, outcome) => {
      calls.push(`discarded, ${why}, ${outcome?.outcome ?? "no outcome"}, ${await holder()}`);
    },
  };
  const controller = new AbortController();
  const work: DownloadWork = {
    lease,
    signal: controller.signal,
    finish: new AbortController().signal,
    markPace: () => undefined,
  };
  const onError = (error: unknown) => errors.push(error instanceof Error ? error.message : String(error));
  const options = { database, kind: "download", handler, boundsOf, onError, now: () => 1000, yieldMs: 500 } as const;
  return { database, id, seq, controller, calls, errors, carryOut: () => carryOut(options, work) };
}

test("ending of a run: an outcome is recorded, the lease is gone, and only then is the handler told", async (t) => {
  const on = await begun(t, async () => done);
  await on.carryOut();
  assert.equal((await row(on.database, on.seq)).state, "DONE");
  assert.deepEqual([on.calls, on.errors], [[`settled ${done.outcome}, not held`], []]);
});

test("ending of a run: an outcome counts even if the run was told to shut down meanwhile", async (t) => {
  const on = await begun(t, async () => done);
  on.controller.abort("shutdown");
  await on.carryOut();
  assert.equal((await row(on.database, on.seq)).state, "DONE");
});

const endings: Record<string, () => ReturnType<Handler<"download">["run"]>> = {
  "returns an outcome": async () => done,
  "returns none": async () => undefined,
  throws: () => Promise.reject(new Error("a defect")),
};

for (const [how, end] of Object.entries(endings))
  test(`ending of a run: a canceled task whose run ${how} is discarded, and its lease released only afterwards`, async (t) => {
    const on = await begun(t, async ({ id }) => {
      await cancelTask(on.database, { id, scope: "all" }, 5);
      return await end();
    });
    await on.carryOut();
    const { state, owner } = await row(on.database, on.seq);
    assert.deepEqual([state, owner], ["CANCELED", null]);
    const outcome = how === "returns an outcome" ? done.outcome : "no outcome";
    assert.deepEqual(on.calls, [`discarded, canceled, ${outcome}, held`]);
    // The handler's signal was not aborted yet, so the error is told.
    assert.deepEqual(on.errors, how === "throws" ? ["a defect"] : []);
  });

test("ending of a run: a task that another process took is left alone, and the handler is told", async (t) => {
  const on = await begun(t, async ({ seq }) => {
    const taken = query.updateTable("tasks").set({ owner: "another", process_id: "another" }).where("seq", "=", seq);
    await on.database.write((transaction) => transaction.run(taken));
    return done;
  });
  await on.carryOut();
  const { state, owner } = await row(on.database, on.seq);
  assert.deepEqual([state, owner], ["DOWNLOADING", "another"]);
  assert.deepEqual([on.calls, on.errors], [[`discarded, lost, ${done.outcome}, not held`], []]);
});

for (const [reason, notBefore] of [
  ["shutdown", null],
  ["yield", 1500],
] as const)
  test(`ending of a run: one that stops because of ${reason} is requeued without a failure`, async (t) => {
    const on = await begun(t, async () => {
      on.controller.abort(reason);
      throw new Error("it broke where it stood");
    });
    await on.carryOut();
    const { state, failure_class, attempt_count, not_before } = await row(on.database, on.seq);
    assert.deepEqual([state, failure_class, attempt_count, not_before], ["QUEUED", null, 0, notBefore]);
    assert.deepEqual([on.calls, on.errors], [[], []]);
  });

test("ending of a run: one that broke since the database was away costs no attempt, and goes on when it is back", async (t) => {
  const on = await begun(t, () => Promise.reject(new DatabaseError("away", "the server restarts")));
  await on.carryOut();
  const { state, failure_class, attempt_count, not_before } = await row(on.database, on.seq);
  assert.deepEqual([state, failure_class, attempt_count, not_before], ["QUEUED", null, 0, null]);
  assert.deepEqual([on.calls, on.errors], [[], ["the server restarts"]]);
});

/** A claimed delivery of a handler that discards nothing. */
async function delivery(t: TestContext, run: Handler<"delivery">["run"], discard = async () => {}) {
  const database = await freshDatabase(t);
  const { id, seq } = await downloadedTask(database);
  const lease = await claimed(database, "delivery");
  const errors: string[] = [];
  const onError = (error: unknown) => errors.push(String(error));
  const options = {
    database,
    kind: "delivery",
    handler: { run, discard },
    boundsOf,
    onError,
    now: () => 1000,
  } as const;
  const signal = new AbortController().signal;
  return { database, id, errors, end: () => carryOut(options, { lease, signal }), task: () => row(database, seq) };
}

test("ending of a run: an outcome that cannot be stored is a defect", async (t) => {
  const on = await delivery(t, async () => ({ outcome: "delivered" }));
  await on.end();
  const { state, failure_class, delivery_attempt_count } = await on.task();
  assert.deepEqual([state, failure_class, delivery_attempt_count], ["READY_TO_SEND", "unknown", 1]);
  assert.equal(on.errors.length, 1);
  assert.match(on.errors[0] ?? "", /said to be delivered/);
});

test("ending of a run: a handler that fails to discard is reported, and the lease is released all the same", async (t) => {
  const on = await delivery(
    t,
    async () => {
      await cancelTask(on.database, { id: on.id, scope: "all" }, 5);
      return undefined;
    },
    () => Promise.reject(new Error("the server is away")),
  );
  await on.end();
  assert.equal((await on.task()).owner, null);
  assert.deepEqual(on.errors, ["Error: the server is away"]);
});
