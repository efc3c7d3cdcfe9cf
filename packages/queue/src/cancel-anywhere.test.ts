import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { describe, test, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { recordDelivered, reserveName } from "./testing/record-delivery.ts";
import { partsToRemove } from "./remote-files/remote-parts.ts";
import { settleDelivery } from "./runner/settle-delivery.ts";
import { attemptsOf, endAttempt, noteProcessGroup, startAttempt } from "./attempts/attempt.ts";
import { noteFacts } from "./attempts/note-facts.ts";
import { settleDownload } from "./runner/settle-download.ts";
import { addedTask, file, freshDatabase, rowIfThere, nextDueTime } from "./testing/fresh-database.ts";
import { startProcess } from "./testing/start-process.ts";
import { claimTask, type Lease } from "./leases/claim-task.ts";
import { expireLeases, LeaseWatch } from "./leases/expire-lease.ts";
import { releaseLease } from "./leases/end-lease.ts";
import type { Database } from "./store/database.ts";
import { cancelTask, deleteTask } from "./tasks/cancel-task.ts";
import { isRefusal } from "./tasks/task-change.ts";
import { deletedSince, endedSince, workdirNeed } from "./tasks/pending-cleanup.ts";
import { filesOf, findTask, listTasks } from "./tasks/list-tasks.ts";
import { testHost } from "./testing/test-host.ts";

/** A task's life. Each of its steps may come late: its result says so, and it changes nothing. */
type Life = {
  readonly database: Database;
  readonly id: string;
  readonly seq: number;
  lease: Lease | undefined;
  now: number;
};
type Step = { name: string; run: (life: Life) => Promise<unknown> };

const destination = "ftp://nas.example:21";
const failure = { failureClass: "network", message: "m", advice: { en: "a", ru: "по-русски" } };
const claimant = { processId: "process", host: testHost, defaultSiteParallel: 1000 };
const never = 1e15;

/** A step of the holder of the lease that the life has, or had. */
const held = (name: string, run: (life: Life, lease: Lease) => Promise<unknown>): Step => ({
  name,
  run: async (life) => (life.lease === undefined ? undefined : await run(life, life.lease)),
});

const claim = (kind: "download" | "delivery"): Step => ({
  name: `${kind} is claimed`,
  run: async (life) => {
    life.now += 1000;
    life.lease = (await claimTask(life.database, kind, claimant, life.now)) ?? life.lease;
  },
});

const attempt = (outcome: "failed" | "succeeded"): Step[] => [
  claim("download"),
  held("an attempt begins", ({ database, now }, lease) =>
    startAttempt(database, lease, { host: "here", stage: "s", ytdlpVersion: "1" }, now),
  ),
  held("its process group is noted", async ({ database, seq }) => {
    for (const one of (await attemptsOf(database, seq)).filter(({ ended_at }) => ended_at === null))
      await noteProcessGroup(database, one, { pid: 1, startTicks: 1, bootId: "boot" });
  }),
  held("its video is known", ({ database }, lease) => noteFacts(database, lease, { title: "A title" })),
  held("its size is known", ({ database }, lease) => noteFacts(database, lease, { expectedBytes: 10 })),
  held("its progress is noted", ({ database }, lease) =>
    noteFacts(database, lease, { progress: { downloadedBytes: 1 } }),
  ),
  held(`the attempt ends: ${outcome}`, async ({ database, seq, now }, lease) => {
    for (const one of (await attemptsOf(database, seq)).filter(({ ended_at }) => ended_at === null))
      await endAttempt(database, lease, { row: one, result: { outcome, downloadedBytes: 1, stderrTail: "" } }, now);
  }),
];

const reserve = held("a name on the server is reserved", async ({ database, seq }, lease) => {
  for (const one of await filesOf(database, [seq]))
    await reserveName(database, lease, one, { name: { destination, path: "/v.mp4" }, part: "/part" });
});

/** All steps on the way to DONE, with failures and an interruption of each half. */
const steps: readonly Step[] = [
  ...attempt("failed"),
  held("the download waits for another try", ({ database, now }, lease) =>
    settleDownload(database, lease, { outcome: "failed", failure, retryAt: now + 10 }, now),
  ),
  claim("download"),
  held("the download is interrupted", ({ database, now }, lease) =>
    settleDownload(database, lease, { outcome: "interrupted" }, now),
  ),
  ...attempt("succeeded"),
  held("the download is settled", ({ database, now }, lease) =>
    settleDownload(database, lease, { outcome: "downloaded", files: [file], media: {}, host: "here" }, now),
  ),
  claim("delivery"),
  reserve,
  held("the delivery waits for another try", ({ database, now }, lease) =>
    settleDelivery(database, lease, { outcome: "failed", failure, retryAt: now + 10 }, now),
  ),
  claim("delivery"),
  held("the delivery is interrupted", ({ database, now }, lease) =>
    settleDelivery(database, lease, { outcome: "interrupted" }, now),
  ),
  claim("delivery"),
  reserve,
  held("the copy is verified", async ({ database, seq, now }, lease) => {
    for (const one of await filesOf(database, [seq])) {
      const part = { destination, path: "/part" };
      await recordDelivered(database, lease, { file: one, part }, now);
    }
  }),
  held("the delivery is settled", async ({ database, seq, now }, lease) => {
    const sources = await filesOf(database, [seq]);
    return await settleDelivery(database, lease, { outcome: "delivered", sources }, now);
  }),
];

/** The step of the owner when it learns of the cancel, and of others if there is no owner any more. */
const endings = {
  "its owner lets go": async ({ database, lease }: Life) => {
    if (lease !== undefined) await releaseLease(database, lease);
  },
  "its owner is dead": async ({ database, now }: Life) => {
    await expireLeases(database, new LeaseWatch(), "another", now);
  },
} as const;

async function begun(t: TestContext): Promise<Life> {
  const database = await freshDatabase(t);
  const { id, seq } = await addedTask(database);
  return { database, id, seq, lease: undefined, now: 1 };
}

async function nobodyTakesItOn({ database }: Life): Promise<void> {
  for (const kind of ["download", "delivery"] as const)
    assert.equal(await claimTask(database, kind, claimant, never), undefined, `its ${kind} is claimed`);
  assert.equal(await nextDueTime(database, never), undefined);
}

test("a task's life: without a cancel, the steps lead to DONE", async (t) => {
  const life = await begun(t);
  for (const step of steps) await step.run(life);
  assert.equal((await rowIfThere(life.database, life.seq))?.state, "DONE");
});

for (const [ending, end] of Object.entries(endings))
  describe(`a cancel or delete between any two steps, when ${ending}`, () => {
    for (const [at, { name }] of steps.entries()) {
      test(`a cancel before ${name} (${at}) ends in CANCELED and never comes back`, async (t) => {
        const life = await begun(t);
        const { database, id, seq } = life;
        for (const step of steps.slice(0, at)) await step.run(life);
        const answer = await cancelTask(database, { id, scope: "all" }, life.now);
        assert.ok(!isRefusal(answer) && answer.state === "CANCELED");
        // The owner does not know yet, and continues.
        if (ending === "its owner lets go") for (const step of steps.slice(at)) await step.run(life);
        await end(life);
        const task = await rowIfThere(database, seq);
        assert.deepEqual([task?.state, task?.owner, task?.process_id], ["CANCELED", null, null]);
        await nobodyTakesItOn(life);
        assert.ok(
          (await endedSince(database, 0)).some((ended) => ended.id === id),
          "its folder is left to be removed",
        );
        assert.notEqual(await workdirNeed(database, id, testHost), "now");
        const [one] = await filesOf(database, [seq]);
        if (one?.destination === destination && one.delivered_at === null)
          assert.deepEqual(
            (await partsToRemove(database, destination, never, 9)).map(({ path }) => path),
            ["/part"],
          );
      });

      test(`a delete before ${name} (${at}) leaves no row, and its tombstone`, async (t) => {
        const life = await begun(t);
        const { database, id, seq } = life;
        for (const step of steps.slice(0, at)) await step.run(life);
        assert.deepEqual(await deleteTask(database, { id, scope: "all" }, false, life.now), { deleted: id });
        assert.equal(await findTask(database, id, "all"), undefined, "it is out of sight at once");
        if (ending === "its owner lets go") for (const step of steps.slice(at)) await step.run(life);
        await end(life);
        assert.equal(await rowIfThere(database, seq), undefined);
        await nobodyTakesItOn(life);
        assert.deepEqual(await deletedSince(database, 0), [id]);
      });
    }
  });

test("cancel: one that races with a settle of another process ends in either of the two, never in between", async (t) => {
  const database = await freshDatabase(t);
  const tasks = [];
  for (let count = 0; count < 300; count += 1) tasks.push(await addedTask(database));
  const other = await startProcess(t, fork);
  await other.ask("open", database.location);
  let settling: "going" | number[] = "going";
  const claiming = other.ask("claimAll").then((seqs) => (settling = seqs));
  const [canceled, late] = [new Set<number>(), new Set<number>()];
  while (settling === "going") {
    const [inWork] = await listTasks(database, { scope: "all", states: ["DOWNLOADING"] }, { limit: 1 });
    if (inWork === undefined) await nextTurn();
    else (isRefusal(await cancelTask(database, { id: inWork.id, scope: "all" }, 2)) ? late : canceled).add(inWork.seq);
  }
  const settled = new Set(await claiming);
  t.diagnostic(`${settled.size} were settled, ${canceled.size} canceled; ${late.size} cancels came too late`);
  assert.ok(canceled.size > 0 && late.size > 0, "they met");
  for (const { seq } of tasks) {
    const task = await rowIfThere(database, seq);
    assert.deepEqual([task?.state, task?.owner], [canceled.has(seq) ? "CANCELED" : "DONE", null]);
    assert.equal(settled.has(seq), !canceled.has(seq), "who was told that it has settled it");
  }
});
