import assert from "node:assert/strict";
import { test } from "node:test";
import { hourMs } from "@dwld/timing";
import { type AttemptResult, endAttempt, startAttempt } from "../attempts/attempt.ts";
import { deliveryDeadline, downloadBounds } from "./attempt-bounds.ts";
import { retryTask } from "./cancel-task.ts";
import { addedTask, claimed, freshDatabase, row } from "../testing/fresh-database.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";
import { settleDownload } from "../runner/settle-download.ts";

const configured = {
  sites: { tube: { maxAttempts: 3, maxTotalHours: 2 } },
  defaultSite: { maxAttempts: 10, maxTotalHours: 1 },
};
const failure = { failureClass: "network", message: "m", advice: { en: "a", ru: "по-русски" } };
const failed: AttemptResult = { outcome: "failed", failure, downloadedBytes: 0, stderrTail: "" };

test("attempt bounds: a site has its own, and every other those of the default, whatever its name", () => {
  const bounds = (site: string) => downloadBounds({ site, attempt_count: 2, tried_since: 1000 }, configured);
  assert.deepEqual(bounds("tube"), { attemptCount: 2, attemptLimit: 3, giveUpAtMs: 1000 + 2 * hourMs });
  for (const site of ["other.example", "constructor"])
    assert.deepEqual(bounds(site), { attemptCount: 2, attemptLimit: 10, giveUpAtMs: 1000 + hourMs });
});

test("attempt bounds: time counts from the first failure of the round, and an attempt that only found a wait does not count", async (t) => {
  const database = await freshDatabase(t);
  const { seq, id } = await addedTask(database);
  const told = async () => downloadBounds(await row(database, seq), configured);
  assert.deepEqual(await told(), { attemptCount: 0, attemptLimit: 10, giveUpAtMs: undefined });
  const fail = async (result: AttemptResult, now: number, last: { retryAt: number | null; triedSince?: number }) => {
    const lease = await claimed(database, "download", now);
    const attempt = await startAttempt(database, lease, { host: "here", stage: "s", ytdlpVersion: "1" }, now);
    assert.ok(attempt);
    await endAttempt(database, lease, { row: attempt, result }, now);
    await settleDownload(database, lease, { outcome: "failed", failure, ...last }, now);
  };
  await fail({ ...failed, counts: false }, 10, { retryAt: 20 });
  assert.deepEqual(await told(), { attemptCount: 0, attemptLimit: 10, giveUpAtMs: 10 + hourMs });
  await fail(failed, 20, { retryAt: 30 });
  assert.deepEqual(await told(), { attemptCount: 1, attemptLimit: 10, giveUpAtMs: 10 + hourMs });
  await fail(failed, 30, { retryAt: 40, triedSince: 5000.5 });
  assert.deepEqual(await told(), { attemptCount: 2, attemptLimit: 10, giveUpAtMs: 5001 + hourMs });
  await fail(failed, 40, { retryAt: null });
  assert.equal((await told()).attemptCount, 3);
  await retryTask(database, { id, scope: "all" }, 50);
  assert.deepEqual(await told(), { attemptCount: 0, attemptLimit: 10, giveUpAtMs: undefined });
});

test("attempt bounds: a retry at the delivery keeps the attempts of the download, and has its whole time for the delivery", async (t) => {
  const database = await freshDatabase(t);
  const { seq, id } = await addedTask(database);
  const lease = await claimed(database);
  const attempt = await startAttempt(database, lease, { host: "here", stage: "s", ytdlpVersion: "1" }, 2);
  assert.ok(attempt);
  const result = { outcome: "succeeded", downloadedBytes: 1, stderrTail: "" } as const;
  await endAttempt(database, lease, { row: attempt, result }, 3);
  const files = [{ name: "a", localPath: "/a", sizeBytes: 1, sha256: "0".repeat(64) }];
  await settleDownload(database, lease, { outcome: "downloaded", files, media: {}, host: "here" }, 3);
  assert.equal(deliveryDeadline(await row(database, seq), 100), 103);
  const sending = await claimed(database, "delivery");
  await settleDelivery(database, sending, { outcome: "failed", failure, retryAt: null }, 50);
  await retryTask(database, { id, scope: "all" }, 60);
  const { state, attempt_count } = await row(database, seq);
  assert.deepEqual([state, attempt_count], ["READY_TO_SEND", 1]);
  assert.equal(deliveryDeadline(await row(database, seq), 100), 160);
});
