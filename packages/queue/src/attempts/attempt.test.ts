import assert from "node:assert/strict";
import { recordUse } from "../testing/intercept.ts";
import { test } from "node:test";
import { attemptsOf, type AttemptResult, endAttempt, noteProcessGroup, startAttempt } from "./attempt.ts";
import { cancelTask, retryTask } from "../tasks/cancel-task.ts";
import type { Lease } from "../leases/claim-task.ts";
import type { Database } from "../store/database.ts";
import { expireLeases, LeaseWatch } from "../leases/expire-lease.ts";
import { addedTask, claimed, freshDatabase, row } from "../testing/fresh-database.ts";
import { releaseLease } from "../leases/end-lease.ts";
import { settleDownload } from "../runner/settle-download.ts";

const run = { stage: "default", host: "here", ytdlpVersion: "2026.01.01", cookieFile: "/cookies/a.txt" };
const failure = { failureClass: "network", message: "m", advice: { en: "a", ru: "по-русски" } };
const failed: AttemptResult = { outcome: "failed", failure, exitCode: 1, downloadedBytes: 10.6, stderrTail: "tail" };
const interrupted: AttemptResult = { outcome: "interrupted", signal: "SIGKILL", downloadedBytes: 0, stderrTail: "" };
const leader = { pid: 7, startTicks: 8, bootId: "b" };

test("attempts: they are numbered through, counted in each round when they end, and an interrupted one does not count", async (t) => {
  const database = await freshDatabase(t);
  const { seq, id } = await addedTask(database);
  let lease = await claimed(database);
  for (const result of [failed, interrupted, failed])
    await endAttempt(database, lease, { row: await started(database, lease), result }, 5);
  assert.equal((await row(database, seq)).attempt_count, 2);
  await settleDownload(database, lease, { outcome: "failed", failure, retryAt: null }, 6);
  await retryTask(database, { id, scope: "all" }, 7);
  lease = await claimed(database);
  const result = { ...failed, outcome: "succeeded" } as const;
  await endAttempt(database, lease, { row: await started(database, lease), result }, 8);
  assert.equal((await row(database, seq)).attempt_count, 1);
  assert.deepEqual(
    (await attemptsOf(database, seq)).map(({ number, round, outcome }) => [number, round, outcome]),
    [
      [1, 1, "failed"],
      [2, 1, "interrupted"],
      [3, 1, "failed"],
      [4, 2, "succeeded"],
    ],
  );
  const [first] = await attemptsOf(database, seq);
  assert.deepEqual(
    [first?.failure_class, first?.failure_message, first?.advice_texts],
    ["network", "m", JSON.stringify(failure.advice)],
  );
  assert.deepEqual(
    [first?.exit_code, first?.downloaded_bytes, first?.stderr_tail, first?.ytdlp_version, first?.cookie_file],
    [1, 11, "tail", "2026.01.01", "/cookies/a.txt"],
  );
});

test("attempts: each ends once", async (t) => {
  const database = await freshDatabase(t);
  const { seq } = await addedTask(database);
  const lease = await claimed(database);
  const attempt = await started(database, lease);
  await endAttempt(database, lease, { row: attempt, result: failed }, 5);
  await endAttempt(database, lease, { row: attempt, result: { ...failed, outcome: "succeeded" } }, 6);
  assert.deepEqual(
    (await attemptsOf(database, seq)).map(({ outcome, ended_at }) => [outcome, ended_at]),
    [["failed", 5]],
  );
  assert.equal((await row(database, seq)).attempt_count, 1);
});

test("attempts: a process without the lease starts and ends none, and its successor ends what it left", async (t) => {
  const database = await freshDatabase(t);
  const { seq } = await addedTask(database);
  const lost = await claimed(database);
  const attempt = await started(database, lost);
  await noteProcessGroup(database, attempt, leader);
  await expireLeases(database, new LeaseWatch(), "nobody", 5);
  const lease = await claimed(database);
  assert.equal(await startAttempt(database, lost, run, 6), undefined);
  await endAttempt(database, lost, { row: attempt, result: { ...failed, outcome: "succeeded" } }, 7);
  const left = (await attemptsOf(database, seq)).filter(({ ended_at }) => ended_at === null);
  assert.deepEqual(
    left.map(({ process_group }) => process_group),
    [JSON.stringify(leader)],
  );
  for (const one of left) await endAttempt(database, lease, { row: one, result: interrupted }, 8);
  assert.deepEqual(
    (await attemptsOf(database, seq)).filter(({ ended_at }) => ended_at === null),
    [],
  );
  assert.equal((await row(database, seq)).attempt_count, 0);
  await noteProcessGroup(database, attempt, leader);
  assert.equal(
    (await attemptsOf(database, seq))[0]?.process_group,
    null,
    "an ended attempt has no process group any more",
  );
});

test("attempts: the owner of a canceled task may end its attempt until it releases the task", async (t) => {
  const database = await freshDatabase(t);
  const { seq, id } = await addedTask(database);
  const lease = await claimed(database);
  const attempt = await started(database, lease);
  const late = await started(database, lease);
  await cancelTask(database, { id, scope: "all" }, 5);
  assert.equal(await startAttempt(database, lease, run, 6), undefined);
  await endAttempt(database, lease, { row: attempt, result: interrupted }, 6);
  await releaseLease(database, lease);
  await endAttempt(database, lease, { row: late, result: failed }, 7);
  assert.deepEqual(
    (await attemptsOf(database, seq)).map(({ outcome }) => outcome),
    ["interrupted", null],
  );
});

test("attempts: one that succeeds ends in the commit that ends the lease, and even if the task was canceled meanwhile", async (t) => {
  const database = await freshDatabase(t);
  const succeeded = { outcome: "succeeded", downloadedBytes: 7, stderrTail: "", facts: { expectedBytes: 9 } } as const;
  const settle = async (lease: Lease) => {
    const attempt = { row: await started(database, lease), result: succeeded };
    return () =>
      settleDownload(database, lease, { outcome: "downloaded", files: [], media: {}, host: "here", attempt }, 9);
  };
  const done = await addedTask(database);
  const end = await settle(await claimed(database));
  const use = recordUse(database);
  assert.equal(await end(), "settled");
  assert.equal(use.commits, 1);
  const { attempt_count, expected_bytes, state } = await row(database, done.seq);
  assert.deepEqual([attempt_count, expected_bytes, state], [1, 9, "READY_TO_SEND"]);
  assert.equal((await attemptsOf(database, done.seq))[0]?.outcome, "succeeded");

  const canceled = await addedTask(database);
  const endCanceled = await settle(await claimed(database));
  await cancelTask(database, { id: canceled.id, scope: "all" }, 5);
  assert.equal(await endCanceled(), "lost");
  assert.equal((await attemptsOf(database, canceled.seq))[0]?.downloaded_bytes, 7);
});

async function started(database: Database, lease: Lease) {
  const attempt = await startAttempt(database, lease, run, 4);
  assert(attempt !== undefined);
  return attempt;
}
