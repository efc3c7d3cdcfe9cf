import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { cancelTask } from "../tasks/cancel-task.ts";
import { query } from "../store/database.ts";
import { attemptsOf, noteProcessGroup, startAttempt } from "../attempts/attempt.ts";
import { deliveryBounds } from "../tasks/attempt-bounds.ts";
import { addedTask, downloadedTask, freshDatabase, openedAgain, row } from "../testing/fresh-database.ts";
import { beforeWrites, watchStatements } from "../testing/intercept.ts";
import { aborted, done, startTestRunner } from "../testing/test-runner.ts";
import { countTasks } from "../tasks/list-tasks.ts";

const brokenHandlers: Record<string, () => Promise<undefined>> = {
  throws: () => {
    throw new Error("a defect in /srv/secret");
  },
  rejects: async () => await Promise.reject(new Error("a defect in /srv/secret")),
  "ends without an outcome": async () => await Promise.resolve(undefined),
};

for (const [how, handle] of Object.entries(brokenHandlers))
  test(`runner: a task whose handler ${how} is tried as often as any other, ever later, and the others go on`, async (t) => {
    const database = await freshDatabase(t);
    const broken = await addedTask(database, { chatId: "broken" });
    const fine = await addedTask(database, { chatId: "fine" });
    const startMs = Date.now();
    let nowMs = startMs;
    const { runner, errors } = await startTestRunner(
      t,
      database,
      async (work) => (work.lease.task.chat_id === "broken" ? await handle() : done),
      { parallel: 1, now: () => nowMs },
    );
    await eventually("the other is done", async () => (await row(database, fine.seq)).state === "DONE");
    const waits: number[] = [];
    const failedTimes = async (count: number) => {
      await eventually(`it failed for the ${count}. time`, async () => {
        const { attempt_count, owner } = await row(database, broken.seq);
        return attempt_count === count && owner === null;
      });
      return await row(database, broken.seq);
    };
    for (const count of [1, 2]) {
      const { state, not_before, failure_class, failure_message, advice_texts } = await failedTimes(count);
      assert.deepEqual([state, failure_class], ["QUEUED", "unknown"]);
      assert.match(failure_message ?? "", /^dwld itself failed \(Error\)/);
      assert.match(advice_texts ?? "", /tried again/);
      waits.push((not_before ?? 0) - nowMs);
      nowMs = not_before ?? 0;
      runner.wake();
    }
    assert.deepEqual(waits, [60_000, 120_000]);
    const { state, failure_message, advice_texts } = await failedTimes(3);
    assert.equal(state, "FAILED");
    assert.doesNotMatch(`${failure_message} ${advice_texts}`, /secret|tried again/);
    assert.equal(errors.length, 3);
    assert.match(errors[0] ?? "", /a defect|was handled without an outcome/);
  });

test("runner: the attempt in which a handler broke is kept as failed, with what may still run", async (t) => {
  const database = await freshDatabase(t);
  const { seq } = await addedTask(database);
  await startTestRunner(t, database, async ({ lease }) => {
    const attempt = await startAttempt(database, lease, { host: "here", stage: "plain", ytdlpVersion: "1" }, 1);
    assert.ok(attempt);
    await noteProcessGroup(database, attempt, { pid: 1, startTicks: 1, bootId: "b" });
    throw Object.assign(new Error("EACCES: /srv/secret"), { code: "EACCES", syscall: "mkdir" });
  });
  await eventually("it waits", async () => (await row(database, seq)).not_before !== null);
  const [attempt] = await attemptsOf(database, seq);
  assert.deepEqual([attempt?.outcome, attempt?.failure_class], ["failed", "unknown"]);
  assert.match(attempt?.failure_message ?? "", /^dwld itself failed \(EACCES, mkdir\): /);
  assert.notEqual(attempt?.process_group, null);
});

test("runner: a delivery that breaks is bounded by its time", async (t) => {
  const database = await freshDatabase(t);
  const { seq, ready_at } = await downloadedTask(database);
  let nowMs = Number(ready_at);
  const { runner } = await startTestRunner<"delivery">(t, database, () => Promise.reject(new TypeError("a defect")), {
    kind: "delivery",
    boundsOf: (task) => deliveryBounds(task, 30_000),
    now: () => nowMs,
  });
  await eventually("it waits", async () => (await row(database, seq)).not_before !== null);
  assert.equal((await row(database, seq)).delivery_attempt_count, 1);
  nowMs += 60_000;
  runner.wake();
  await eventually("it has failed", async () => (await row(database, seq)).state === "FAILED");
  assert.equal((await row(database, seq)).delivery_attempt_count, 2);
});

test("runner: a canceled task whose handler throws is released", async (t) => {
  const database = await freshDatabase(t);
  const task = await addedTask(database);
  const { errors } = await startTestRunner(t, database, async ({ signal }) => {
    await aborted(signal);
    signal.throwIfAborted();
  });
  await eventually("it started", async () => (await countTasks(database, "all")).DOWNLOADING === 1);
  await cancelTask(database, { id: task.id, scope: "all" }, 5);
  await eventually("it is nobody's", async () => (await row(database, task.seq)).owner === null);
  assert.equal((await row(database, task.seq)).state, "CANCELED");
  assert.deepEqual(errors, []);
});

test("runner: a run that was told to end is requeued without a failure", async (t) => {
  const database = await freshDatabase(t);
  const task = await addedTask(database);
  const { runner, errors } = await startTestRunner(t, database, async ({ signal }) => {
    await aborted(signal);
    return undefined;
  });
  await eventually("it started", async () => (await countTasks(database, "all")).DOWNLOADING === 1);
  await runner.stop(AbortSignal.abort());
  const { state, owner, failure_class } = await row(database, task.seq);
  assert.deepEqual([state, owner, failure_class], ["QUEUED", null, null]);
  assert.deepEqual(errors, []);
});

test("runner: a task that cannot be requeued is retried until the database takes it", async (t) => {
  const database = await freshDatabase(t);
  const task = await addedTask(database);
  const errors: string[] = [];
  let freeTheDisk = () => undefined as void;
  await startTestRunner(
    t,
    database,
    async () => {
      freeTheDisk = beforeWrites(database, () => {
        throw new Error("the disk is full");
      });
      throw new Error("a defect");
    },
    {
      onError: (error) => {
        errors.push((error as Error).message);
        if (errors.length === 2) freeTheDisk();
      },
    },
  );
  await eventually(
    "it waits again",
    async () => errors.length > 1 && (await row(database, task.seq)).state === "QUEUED",
  );
  assert.deepEqual(errors, ["a defect", "the disk is full"]);
});

test("runner: an error of the database is reported, and work is looked for again without a notification", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database);
  const { errors } = await startTestRunner(t, database, async () => done);
  await eventually("done", async () => (await countTasks(database, "all")).DONE === 1);
  const end = beforeWrites(database, (notifies) => {
    if (!notifies) return;
    end();
    throw new Error("locked");
  });
  const silent = await openedAgain(t, database);
  silent.notifier.close();
  await addedTask(silent);
  await eventually("done too", async () => (await countTasks(database, "all")).DONE === 2);
  assert.deepEqual(errors, ["locked"]);
});

test("runner: a look that fails is reported, and work is looked for again", async (t) => {
  const database = await freshDatabase(t);
  let failures = 1;
  watchStatements(database, (statement) => {
    if (statement.compile().sql.includes("min(") && failures-- > 0) throw new Error("locked");
  });
  const { errors } = await startTestRunner(t, database, async () => done);
  await eventually("it is reported", () => errors.length === 1);
  await addedTask(database);
  await eventually("done", async () => (await countTasks(database, "all")).DONE === 1);
  assert.deepEqual(errors, ["locked"]);
});

test("runner: a handler that finds its task canceled and ends is no defect", async (t) => {
  const database = await freshDatabase(t);
  const task = await addedTask(database);
  const { errors } = await startTestRunner(t, database, async () => {
    // The handler ends before its signal is aborted.
    await cancelTask(database, { id: task.id, scope: "all" }, 5);
    return undefined;
  });
  await eventually("it was let go of", async () => {
    const { state, owner } = await row(database, task.seq);
    return state === "CANCELED" && owner === null;
  });
  assert.deepEqual(errors, []);
});

test("runner: work that others took over is told that it is lost, and one whose outcome was recorded is told nothing", async (t) => {
  const database = await freshDatabase(t);
  const [lost, settled] = [await addedTask(database, { chatId: "lost" }), await addedTask(database)];
  const signals = new Map<string, AbortSignal>();
  const { errors } = await startTestRunner(t, database, async ({ lease, signal }) => {
    // The lost task is claimed again once the other process, which nobody knows, has lost it.
    if (!signals.has(lease.task.id)) signals.set(lease.task.id, signal);
    if (lease.task.id === lost.id) await aborted(signal);
    return lease.task.id === lost.id ? undefined : done;
  });
  await eventually("one is done", async () => (await row(database, settled.seq)).state === "DONE");
  await eventually("the other is in work", async () => (await row(database, lost.seq)).state === "DOWNLOADING");
  await database.write(
    async (transaction) =>
      await transaction.run(
        query.updateTable("tasks").set({ owner: "another", process_id: "another" }).where("seq", "=", lost.seq),
      ),
  );
  await eventually("it was told", () => signals.get(lost.id)?.aborted === true);
  assert.equal(signals.get(lost.id)?.reason, "lost");
  assert.equal(signals.get(settled.id)?.aborted, false);
  assert.deepEqual(errors, []);
});

test("runner: a look that sees the end of a lease before the runner does stops nobody", async (t) => {
  const database = await freshDatabase(t);
  const task = await addedTask(database);
  const gate = Promise.withResolvers<undefined>();
  let signal: AbortSignal | undefined;
  const { runner, errors } = await startTestRunner(t, database, async (work) => {
    signal = work.signal;
    await gate.promise;
    return done;
  });
  await eventually("it is in work", async () => (await row(database, task.seq)).state === "DOWNLOADING");
  // The next look at what this process holds is answered when the task is done.
  const all = database.all.bind(database);
  let isAnswered = false;
  database.all = async (statement) => {
    if (!/select "owner"/.test(statement.compile().sql)) return await all(statement);
    gate.resolve(undefined);
    await eventually("it is done", async () => (await row(database, task.seq)).state === "DONE");
    isAnswered = true;
    return await all(statement);
  };
  runner.wake();
  await eventually("the look is answered", () => isAnswered);
  assert.equal(signal?.aborted, false);
  assert.deepEqual(errors, []);
});

test("runner: one that could not be registered at its start takes what waits as soon as it is", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database);
  let isFull = true;
  beforeWrites(database, () => {
    if (isFull) throw new Error("the disk is full");
  });
  const { errors } = await startTestRunner(t, database, async () => done);
  await eventually("it looked and tried again", () => errors.length > 5);
  isFull = false;
  await eventually("done", async () => (await countTasks(database, "all")).DONE === 1);
});
