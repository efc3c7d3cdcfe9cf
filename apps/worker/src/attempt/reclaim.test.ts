import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import {
  attemptsOf,
  cancelTask,
  endAttempt,
  findTask,
  noteProcessGroup,
  retryTask,
  startAttempt,
  identifyProcess,
} from "@dwld/queue";
import { claimTask, expireLeases, LeaseWatch } from "@dwld/queue/testing";
import { workdirOf } from "../workdir/workdir.ts";
import { carryOutDownload } from "../scenarios/testing/clocked-worker.ts";
import { deliversVideo, linkOf, startScripted } from "../scenarios/testing/scripted-worker.ts";

/**
 * Plays a task whose owners crashed this often, each with an attempt begun.
 *
 * @param leftBytes size of the parts in its folder after each crash.
 */
async function afterCrashes(context: TestContext, crashes: number, leftBytes: readonly number[]) {
  const on = await startScripted(context, [await deliversVideo("after-crashes")]);
  const { worker, database, clock } = on;
  const id = await on.add(linkOf("a"));
  const lease = await claimTask(database, "download", { processId: "w", defaultSiteParallel: 1 }, clock.nowMs);
  assert.ok(lease);
  const { temp } = workdirOf(worker.ownFolder, id);
  await mkdir(temp, { recursive: true });
  for (const [index, downloadedBytes] of leftBytes.entries()) {
    const attempt = await startAttempt(
      database,
      lease,
      { host: "here", stage: "plain", ytdlpVersion: "1" },
      clock.nowMs,
    );
    assert.ok(attempt);
    await writeFile(join(temp, "v.part"), Buffer.alloc(downloadedBytes));
    const result = { outcome: "interrupted", downloadedBytes, stderrTail: "" } as const;
    if (index < leftBytes.length - 1) await endAttempt(database, lease, { row: attempt, result }, clock.nowMs);
  }
  const task = { ...lease.task, interruption_count: crashes };
  await carryOutDownload(worker, { ...lease, task });
  return { task: await findTask(database, id, "all"), attempts: await attemptsOf(database, lease.task.seq) };
}

test("reclaim: a task whose owner crashed five times in a row without progress fails as a poison task", async (context) => {
  const { task, attempts } = await afterCrashes(context, 5, [1000, 1000]);
  assert.equal(task?.state, "FAILED");
  assert.match(task.failure_message ?? "", /^the worker died 5 times in a row while it had this task/);
  assert.match(task.advice_texts ?? "", /journal of the worker/);
  assert.match(task.advice_texts ?? "", /в его журнале/);
  assert.equal(attempts.length, 2, "yt-dlp was not started again");
});

test("reclaim: a task that made progress before its owner crashed goes on, however often that happened", async (context) => {
  const { task, attempts } = await afterCrashes(context, 50, [1000, 1001]);
  assert.equal(task?.state, "READY_TO_SEND");
  assert.equal(task.interruption_count, 0);
  assert.equal(task.attempt_count, 1, "no interruption counts");
  assert.deepEqual(
    attempts.map(({ outcome, downloaded_bytes }) => [outcome, outcome === "interrupted" ? downloaded_bytes : ""]),
    [
      ["interrupted", 1000],
      ["interrupted", 1001],
      ["succeeded", ""],
    ],
  );
});

test("reclaim: four crashes are not enough, with or without progress", async (context) => {
  const { task } = await afterCrashes(context, 4, [1000, 1000]);
  assert.equal(task?.state, "READY_TO_SEND");
});

test("reclaim: an attempt whose worker failed is left open, and is ended by the next owner as that of a killed one", async (context) => {
  const on = await startScripted(context, [await deliversVideo("after-failure"), await deliversVideo("after-failure")]);
  const { worker, database, clock } = on;
  const id = await on.add(linkOf("a"));
  const lease = await claimTask(database, "download", { processId: "w", defaultSiteParallel: 1 }, clock.nowMs);
  assert.ok(lease);
  const failing = new AbortController();
  const breaks: typeof worker.runYtdlp = async (...run) => {
    failing.abort("failure");
    return await worker.runYtdlp(...run);
  };
  await carryOutDownload({ ...worker, runYtdlp: breaks }, lease, failing.signal);
  const [left] = await attemptsOf(database, lease.task.seq);
  assert.deepEqual([(await findTask(database, id, "all"))?.state, left?.ended_at], ["DOWNLOADING", null]);
  await expireLeases(database, new LeaseWatch(), "another", clock.nowMs);
  assert.equal((await findTask(database, id, "all"))?.interruption_count, 1);
  const { task } = await on.play(id);
  assert.equal(task.state, "DONE");
  assert.deepEqual(
    (await attemptsOf(database, lease.task.seq)).map(({ outcome }) => outcome),
    ["interrupted", "succeeded"],
  );
});

test("reclaim: a run that was left running before a cancel is killed when the task is retried", async (context) => {
  const on = await startScripted(context, [await deliversVideo("after-cancel")]);
  const { database, clock } = on;
  const id = await on.add(linkOf("a"));
  const lease = await claimTask(database, "download", { processId: "w", defaultSiteParallel: 1 }, clock.nowMs);
  assert.ok(lease);
  const attempt = await startAttempt(database, lease, { host: "here", stage: "plain", ytdlpVersion: "1" }, clock.nowMs);
  const left = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
  context.after(() => left.kill("SIGKILL"));
  const leader = identifyProcess(left.pid ?? 0);
  assert.ok(attempt && leader);
  await noteProcessGroup(database, attempt, leader);
  await cancelTask(database, { id, scope: "all" }, clock.nowMs);
  // The owner's process is not registered as a living one.
  await expireLeases(database, new LeaseWatch(), "another", clock.nowMs);
  await retryTask(database, { id, scope: "all" }, clock.nowMs);
  const { task } = await on.play(id);
  assert.equal(task.state, "DONE");
  assert.equal(identifyProcess(leader.pid), undefined);
});
