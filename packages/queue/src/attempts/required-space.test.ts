import assert from "node:assert/strict";
import { test } from "node:test";
import { cancelTask, retryTask } from "../tasks/cancel-task.ts";
import type { Database } from "../store/database.ts";
import { recordDelivered } from "../testing/record-delivery.ts";
import { addedTask, claimed, downloadedTask, file, freshDatabase, row } from "../testing/fresh-database.ts";
import { makeDueIfFits, waitingBytes, waitingForSpace } from "./required-space.ts";
import { noteFacts } from "./note-facts.ts";
import { filesOf } from "../tasks/list-tasks.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { testHost } from "../testing/test-host.ts";

const failure = { failureClass: "disk_full", message: "m", advice: { en: "a", ru: "с" } };
const later = 1000;

/** Makes a task that waits for free space. */
async function waitingTask(database: Database, requiredFreeBytes: number) {
  const { seq } = await addedTask(database);
  const lease = await claimed(database);
  assert.equal(lease.task.seq, seq);
  await settleDownload(database, lease, { outcome: "failed", failure, retryAt: later, requiredFreeBytes }, 5);
  return await row(database, seq);
}

test("waiting bytes: a task counts until each of its files is on the server", async (t) => {
  const database = await freshDatabase(t);
  assert.equal(await waitingBytes(database, testHost), 0);
  await downloadedTask(database, {}, [file, { ...file, name: "b", sizeBytes: 300 }]);
  await downloadedTask(database, {}, [{ ...file, name: "c", sizeBytes: 1000 }]);
  assert.equal(await waitingBytes(database, testHost), 1310);
  const lease = await claimed(database, "delivery");
  assert.equal(await waitingBytes(database, testHost), 1310, "what is being sent still lies here");
  const part = { destination: "ftp://nas.example:21", path: "/part" };
  for (const [index, left] of [1300, 1000].entries()) {
    const sent = (await filesOf(database, [lease.task.seq]))[index];
    assert(sent !== undefined);
    await recordDelivered(database, lease, { file: sent, part }, 6);
    assert.equal(await waitingBytes(database, testHost), left);
  }
  await settleDelivery(database, lease, { outcome: "delivered" }, 7);
  assert.equal(await waitingBytes(database, testHost), 1000);
  const failed = await claimed(database, "delivery");
  await settleDelivery(database, failed, { outcome: "failed", failure, retryAt: null }, 8);
  assert.equal(await waitingBytes(database, testHost), 0, "nobody delivers it any more");
  await retryTask(database, { id: failed.task.id, scope: "all" }, 9);
  assert.equal(await waitingBytes(database, testHost), 1000);
  await cancelTask(database, { id: failed.task.id, scope: "all" }, 10);
  assert.equal(await waitingBytes(database, testHost), 0);
});

test("required space: the first waiting task that fits is due at once, and a larger one blocks none behind it", async (t) => {
  const database = await freshDatabase(t);
  const [large, small, smaller] = [
    await waitingTask(database, 5000),
    await waitingTask(database, 100),
    await waitingTask(database, 50),
  ];
  assert.deepEqual(await waitingForSpace(database), { count: 3, leastBytes: 50 });
  assert.equal(await makeDueIfFits(database, 49, 6), false);
  assert.equal(await makeDueIfFits(database, 100, 6), true);
  assert.equal((await claimed(database, "download", 6)).task.id, small.id);
  assert.equal(await makeDueIfFits(database, 100, 6), true);
  assert.equal((await claimed(database, "download", 6)).task.id, smaller.id);
  assert.deepEqual(await waitingForSpace(database), { count: 1, leastBytes: 5000 });
  assert.equal((await claimed(database, "download", later)).task.id, large.id, "at its time it is tried in any case");
  assert.equal(await waitingForSpace(database), undefined);
});

test("required space: free space makes no task due that waits for something else, or is canceled", async (t) => {
  const database = await freshDatabase(t);
  const waiting = await waitingTask(database, 10);
  await cancelTask(database, { id: waiting.id, scope: "all" }, 6);
  assert.equal(await makeDueIfFits(database, 100, 6), false);
  await retryTask(database, { id: waiting.id, scope: "all" }, 7);
  const lease = await claimed(database, "download", 7);
  await settleDownload(database, lease, { outcome: "failed", failure, retryAt: later }, 8);
  assert.equal(await makeDueIfFits(database, 100, 9), false, "a site that wants a rest gets it");
  assert.equal(await waitingForSpace(database), undefined);
});

test("required space: the next attempt knows what the download takes in all", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database);
  const lease = await claimed(database);
  assert.equal(lease.task.expected_bytes, null);
  await noteFacts(database, lease, { expectedBytes: 1234.4 });
  await settleDownload(database, lease, { outcome: "interrupted" }, 5);
  assert.equal((await claimed(database)).task.expected_bytes, 1234);
  await noteFacts(database, lease, { expectedBytes: 1 });
  assert.equal((await row(database, lease.task.seq)).expected_bytes, 1234, "by its holder alone");
});

test("space: a disk without a known end has room for each", async (t) => {
  const database = await freshDatabase(t);
  const { seq } = await waitingTask(database, 5e15);
  assert.equal(await makeDueIfFits(database, Infinity, 6), true);
  assert.equal((await row(database, seq)).not_before, null);
});
