import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { hourMs, minuteMs } from "@dwld/timing";
import { eventually } from "@dwld/timing/testing";
import { claimTask } from "./claim-task.ts";
import type { Database } from "../store/database.ts";
import { beginWaitsAnew, ClockWatch } from "./clock-jump.ts";
import { addedTask, atEnd, claimed, freshDatabase, row, nextDueTime } from "../testing/fresh-database.ts";
import { aborted, boundsOf, done, startTestRunner } from "../testing/test-runner.ts";
import { listProcesses, registerProcess } from "./process-registry.ts";
import { startRunner } from "../runner/runner.ts";
import type { TaskRow } from "../store/schema.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { applySiteVerdict, findSite } from "../sites/site-breaker.ts";
import { setSiteLimits } from "../sites/site-limits.ts";
import { testHost } from "../testing/test-host.ts";

// No test sets the machine's clock. Each simulates a jump: a row written at `noon` is read at another `now`.
const noon = Date.UTC(2026, 0, 1, 12);
const failure = { failureClass: "network", message: "m", advice: { en: "a", ru: "с" } };

/** Makes a task that failed at a time and waits for some milliseconds. */
async function waiting(database: Database, at: number, waitMs: number): Promise<TaskRow> {
  const { seq } = await addedTask(database, {}, at);
  const lease = await claimed(database, "download", at);
  await settleDownload(database, lease, { outcome: "failed", failure, retryAt: at + waitMs }, at);
  return await row(database, seq);
}

async function pausedSite(database: Database, at: number, pauseMs: number): Promise<void> {
  await addedTask(database, { site: "paused" }, at);
  const verdict = { verdict: "pause", reason: "429", baseMs: pauseMs, maxMs: pauseMs } as const;
  await database.write(async (transaction) => {
    await applySiteVerdict(transaction, "paused", verdict, { now: at, random: 0 });
  });
}

const claim = (database: Database, now: number) =>
  claimTask(database, "download", { processId: "process", defaultSiteParallel: 99 }, now);

test("clock an hour back: a wait after a failure begins anew, and lasts its own length and not an hour more", async (t) => {
  const database = await freshDatabase(t);
  const task = await waiting(database, noon, 5 * minuteMs);
  const now = noon - hourMs + minuteMs;
  assert.equal(await nextDueTime(database, now), noon + 5 * minuteMs, "an hour and four minutes");
  assert.equal(await beginWaitsAnew(database, now), 1);
  assert.equal((await row(database, task.seq)).not_before, now + 5 * minuteMs);
  assert.equal(await claim(database, now + 5 * minuteMs - 1), undefined);
  assert.equal((await claim(database, now + 5 * minuteMs))?.task.id, task.id);
});

test("clock an hour back: a wait that is longer than the jump is never more than twice as long", async (t) => {
  const database = await freshDatabase(t);
  const task = await waiting(database, noon - 2 * hourMs, 6 * hourMs);
  const now = noon - hourMs;
  await beginWaitsAnew(database, now);
  const { not_before } = await row(database, task.seq);
  assert.equal(not_before, noon + 4 * hourMs, "it was written in what is still the past, and is an hour longer");
});

test("clock an hour back: a slow download that made room for another site waits no hour longer, and a start time stays", async (t) => {
  const database = await freshDatabase(t);
  const { seq } = await addedTask(database, {}, noon - hourMs);
  const slow = await claimed(database, "download", noon);
  await settleDownload(database, slow, { outcome: "interrupted", retryAt: noon + 5 * minuteMs }, noon);
  const asked = await addedTask(database, { startAfter: noon + hourMs }, noon);
  const now = noon - hourMs;
  assert.equal(await beginWaitsAnew(database, now), 1);
  assert.equal((await row(database, seq)).not_before, now + 5 * minuteMs);
  assert.equal((await row(database, asked.seq)).not_before, noon + hourMs);
});

test("clock an hour back: a site's pause begins anew, and an interval between two starts is no longer than itself", async (t) => {
  const database = await freshDatabase(t);
  await pausedSite(database, noon, 10 * minuteMs);
  await setSiteLimits(database, { often: { startIntervalMs: 5000 } });
  await addedTask(database, { site: "often" }, noon);
  await claimed(database, "download", noon);
  await addedTask(database, { site: "often" }, noon);
  const now = noon - hourMs;
  await beginWaitsAnew(database, now);
  assert.equal((await findSite(database, "paused"))?.paused_until, now + 10 * minuteMs);
  assert.equal((await claim(database, now + 4999))?.task.site, undefined);
  assert.equal((await claim(database, now + 5000))?.task.site, "often");
  assert.equal((await claim(database, now + 10 * minuteMs))?.task.site, "paused");
});

test("clock an hour back: a start time that was asked for stays", async (t) => {
  const database = await freshDatabase(t);
  const task = await addedTask(database, { startAfter: noon + minuteMs }, noon);
  await beginWaitsAnew(database, noon - hourMs);
  assert.equal((await row(database, task.seq)).not_before, noon + minuteMs);
});

test("clock a year ahead and back: nothing waits for that year", async (t) => {
  const database = await freshDatabase(t);
  const wrong = noon + 365 * 24 * hourMs;
  const task = await waiting(database, wrong, 5 * minuteMs);
  await pausedSite(database, wrong, hourMs);
  await beginWaitsAnew(database, noon);
  assert.equal((await row(database, task.seq)).not_before, noon + 5 * minuteMs);
  assert.equal((await findSite(database, "paused"))?.paused_until, noon + hourMs);
});

test("clock an hour ahead: waiting tasks are due early, and are told once", async (t) => {
  const database = await freshDatabase(t);
  const task = await waiting(database, noon, 5 * minuteMs);
  await pausedSite(database, noon, 10 * minuteMs);
  const now = noon + hourMs;
  assert.equal(await beginWaitsAnew(database, now), 0);
  const found = [await claim(database, now), await claim(database, now), await claim(database, now)];
  assert.deepEqual(
    found.map((lease) => lease?.task.site),
    [task.site, "paused", undefined],
  );
});

test("clock jump: two processes that notice the same one begin a wait anew once", async (t) => {
  const database = await freshDatabase(t);
  await waiting(database, noon, 5 * minuteMs);
  const now = noon - hourMs;
  assert.equal(await beginWaitsAnew(database, now), 1);
  assert.equal(await beginWaitsAnew(database, now + 100), 0);
});

test("clock jump: one back is noticed, at once or in many small steps, a correction or a jump ahead is not", () => {
  const watch = new ClockWatch();
  let monotonicMs = 1000;
  const look = (wallMs: number) => watch.wasSetBack(wallMs, (monotonicMs += 3000));
  assert.equal(look(noon), true, "at the start nobody knows");
  assert.equal(look(noon + 3000), false);
  assert.equal(look(noon + 6000 - 50_000), false);
  assert.equal(look(noon + 9000 - 70_000), true);
  assert.equal(look(noon + 12_000 - 70_000), false);
  assert.equal(look(noon + hourMs), false);
  assert.equal(look(noon + 18_000), true);
});

test("clock an hour back: a runner takes a waiting task as soon as its wait is over", async (t) => {
  const database = await freshDatabase(t);
  let backMs = 0;
  const now = () => Date.now() - backMs;
  const failed: string[] = [];
  await startTestRunner(
    t,
    database,
    async (work) => {
      const { task } = work.lease;
      if (failed.includes(task.id)) return done;
      failed.push(task.id);
      return { outcome: "failed", failure, retryAt: now() + 1000 };
    },
    { now },
  );
  const { seq } = await addedTask(database, {}, now());
  await eventually("it waits", async () => (await row(database, seq)).not_before !== null);
  backMs = hourMs;
  // Far less than an hour.
  await eventually("it is done", async () => (await row(database, seq)).state === "DONE");
});

for (const [jump, ms] of [
  ["forth", hourMs],
  ["back", -hourMs],
] as const)
  test(`clock an hour ${jump} while tasks are in work: no process loses a lease, or counts as dead`, async (t) => {
    const database = await freshDatabase(t);
    let jumpMs = 0;
    const now = () => Date.now() + jumpMs;
    const evicted = await watchedRunner(t, database, now);
    const { seq } = await addedTask(database);
    await eventually("it is in work", async () => (await row(database, seq)).state === "DOWNLOADING");
    const { owner } = await row(database, seq);
    jumpMs = ms;
    const heartbeats = async () => (await listProcesses(database)).reduce((sum, { heartbeat }) => sum + heartbeat, 0);
    const before = await heartbeats();
    await eventually("many heartbeats and looks later", async () => (await heartbeats()) > before + 60);
    assert.equal((await row(database, seq)).owner, owner);
    assert.deepEqual(evicted, []);
    assert.equal((await listProcesses(database)).length, 2);
  });

/** Registers two processes that look at each other's heartbeats. Returns their complaints. */
async function watchedRunner(t: TestContext, database: Database, now: () => number): Promise<unknown[]> {
  const timing = { heartbeatIntervalMs: 10, leaseMs: 3000 };
  const trouble: unknown[] = [];
  const events = { onEvicted: () => trouble.push("evicted"), onError: (error: unknown) => trouble.push(error) };
  for (const pid of [process.pid, process.ppid]) {
    const registered = await registerProcess(database, { app: "worker", host: testHost, version: "1", pid }, events, {
      now,
      intervalMs: timing.heartbeatIntervalMs,
    });
    atEnd(t, () => registered.close());
    const run = async ({ signal }: { signal: AbortSignal }) => {
      const reason = await aborted(signal);
      if (reason !== "shutdown") trouble.push(reason);
      return undefined;
    };
    const handler = { run, discard: async () => {} };
    const options = { parallel: 1, defaultSiteParallel: 9, kind: "download", timing, now } as const;
    const runner = startRunner({ database, registered, ...options, boundsOf, onError: events.onError, handler });
    atEnd(t, () => runner.stop(AbortSignal.abort()));
  }
  return trouble;
}
