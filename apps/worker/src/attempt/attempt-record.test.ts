import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { addTask, attemptsOf, cancelTask, endAttempt, LeaseLostError, openDatabase } from "@dwld/queue";
import { claimTask, expireLeases, LeaseWatch } from "@dwld/queue/testing";
import { defaultOptions } from "@dwld/options";
import { AttemptRecord } from "./attempt-record.ts";

const leader = { pid: 1, startTicks: 2, bootId: "boot" };

async function claimedTask(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "dwld-attempt-"));
  const database = await openDatabase({ path: join(folder, "dwld.sqlite") });
  context.after(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  const link = "https://videos.example/1";
  const asked = { link, site: "videos.example", chatId: "", userName: "", folder: "", targetQuality: 0 };
  await addTask(database, { ...asked, options: defaultOptions }, 1);
  const lease = await claimTask(database, "download", { processId: "p", defaultSiteParallel: 1 }, 1);
  assert.ok(lease);
  const begun: number[] = [];
  const facts = { stage: "plain", host: "here", ytdlpVersion: "1" };
  const onBegin = ({ number }: { number: number }) => begun.push(number);
  const record = new AttemptRecord({ database, lease, facts, now: () => 1, onBegin });
  const groups = async () => (await attemptsOf(database, lease.task.seq)).map(({ process_group }) => process_group);
  return { database, lease, record, begun, groups };
}

test("attempt record: the first run begins an attempt that has its process group, a further one replaces the group", async (context) => {
  const { record, begun, groups } = await claimedTask(context);
  assert.deepEqual(await groups(), []);
  await record.beginRun(leader);
  assert.deepEqual(await groups(), [JSON.stringify(leader)]);
  await record.beginRun({ ...leader, pid: 3 });
  assert.deepEqual(await groups(), [JSON.stringify({ ...leader, pid: 3 })]);
  assert.equal((await record.row())?.number, 1);
  assert.deepEqual(begun, [1]);
});

test("attempt record: an attempt whose run never began is recorded all the same, without a group", async (context) => {
  const { record, groups } = await claimedTask(context);
  assert.equal((await record.row())?.stage, "plain");
  assert.deepEqual(await groups(), [null]);
});

test("attempt record: no run begins once the task is canceled", async (context) => {
  const { database, lease, record, begun, groups } = await claimedTask(context);
  await cancelTask(database, { id: lease.task.id, scope: "all" }, 2);
  await assert.rejects(record.beginRun(leader), LeaseLostError);
  assert.equal(await record.row(), undefined);
  assert.deepEqual([await groups(), begun], [[], []]);
});

test("attempt record: no further run begins once another owner of the task has ended the attempt", async (context) => {
  const { database, lease, record, groups } = await claimedTask(context);
  await record.beginRun(leader);
  await expireLeases(database, new LeaseWatch(), "other", 2);
  const next = await claimTask(database, "download", { processId: "other", defaultSiteParallel: 1 }, 3);
  assert.ok(next);
  const result = { outcome: "interrupted", downloadedBytes: 0, stderrTail: "" } as const;
  for (const row of await attemptsOf(database, lease.task.seq)) await endAttempt(database, next, { row, result }, 3);
  await assert.rejects(record.beginRun({ ...leader, pid: 3 }), LeaseLostError);
  assert.deepEqual(await groups(), [null]);
});
