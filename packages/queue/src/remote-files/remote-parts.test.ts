import assert from "node:assert/strict";
import { test } from "node:test";
import { cancelTask, deleteTask, retryTask } from "../tasks/cancel-task.ts";
import type { Lease } from "../leases/claim-task.ts";
import { cleanHistory } from "../tasks/clean-history.ts";
import type { Database } from "../store/database.ts";
import { markThere } from "./deliver-file.ts";
import { recordDelivered, reserveName } from "../testing/record-delivery.ts";
import { expireLeases, LeaseWatch } from "../leases/expire-lease.ts";
import { claimed, downloadedTask, file, freshDatabase, deliverDue } from "../testing/fresh-database.ts";
import { giveUpDelivery } from "./give-up-delivery.ts";
import { forgetPart, partsOf, partsToRemove, putOffRemoval } from "./remote-parts.ts";
import { filesOf } from "../tasks/list-tasks.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";
import { releaseLease } from "../leases/end-lease.ts";
import { settleDownload } from "../runner/settle-download.ts";

const failure = { failureClass: "delivery", message: "m", advice: { en: "a", ru: "по-русски" } };
const destination = "ftp://nas.example:21";
const part = { destination, path: "/.dwld-1.part" };

/** Begins the upload of a task. */
async function begun(database: Database): Promise<Lease> {
  await downloadedTask(database);
  const lease = await claimed(database, "delivery");
  const name = { destination, path: "/v.mp4" };
  await reserveName(database, lease, await theFile(database, lease), { name, part: part.path });
  return lease;
}

async function theFile(database: Database, { task }: Lease) {
  const [one] = await filesOf(database, [task.seq]);
  assert(one !== undefined);
  return one;
}

const removable = async (database: Database, now = 9) =>
  (await partsToRemove(database, destination, now, 9)).map(({ path }) => path);

const nobody = (database: Database) => expireLeases(database, new LeaseWatch(), "nobody", 5);

const ends: Record<string, (database: Database, lease: Lease) => Promise<unknown>> = {
  "canceled by its sender": async (database, lease) => {
    await cancelTask(database, { id: lease.task.id, scope: "all" }, 5);
    assert.deepEqual(await removable(database), [], "its sender has not let go");
    await releaseLease(database, lease);
  },
  "canceled while it waits": async (database, lease) => {
    await settleDelivery(database, lease, { outcome: "interrupted" }, 5);
    await cancelTask(database, { id: lease.task.id, scope: "all" }, 5);
  },
  "canceled, and its sender died": async (database, lease) => {
    await cancelTask(database, { id: lease.task.id, scope: "all" }, 5);
    await nobody(database);
  },
  "deleted while it waits": async (database, lease) => {
    await nobody(database);
    await deleteTask(database, { id: lease.task.id, scope: "all" }, false, 5);
  },
  "deleted while it is sent": async (database, lease) => {
    await deleteTask(database, { id: lease.task.id, scope: "all" }, false, 5);
    await releaseLease(database, lease);
  },
  failed: (database, lease) => settleDelivery(database, lease, { outcome: "failed", failure, retryAt: null }, 5),
  "given up": async (database, lease) => {
    await settleDelivery(database, lease, { outcome: "failed", failure, retryAt: 7 }, 5);
    await giveUpDelivery(database, 5, failure, 6);
  },
  "delivered elsewhere, since FTP was switched off": async (database) => {
    await nobody(database);
    await deliverDue(database, 5);
  },
  "delivered from another part": async (database, lease) =>
    recordDelivered(
      database,
      lease,
      { file: await theFile(database, lease), part: { destination, path: "/.dwld-2.part" } },
      5,
    ),
  "delivered, since it was there": async (database, lease) =>
    markThere(
      database,
      lease,
      { file: await theFile(database, lease), name: { destination, path: "/v.mp4" }, verifiedBy: "size" },
      5,
    ),
  "failed and forgotten": async (database, lease) => {
    await settleDelivery(database, lease, { outcome: "failed", failure, retryAt: null }, 5);
    await cleanHistory(database, { scope: "all", states: [] }, 6);
  },
  "downloaded once more": async (database, lease) => {
    await cancelTask(database, { id: lease.task.id, scope: "all" }, 5);
    await releaseLease(database, lease);
    await retryTask(database, { id: lease.task.id, scope: "all" }, 6);
    const outcome = { outcome: "downloaded", files: [file], media: {}, host: "here" } as const;
    await settleDownload(database, await claimed(database), outcome, 7);
    assert.deepEqual(await partsOf(database, await theFile(database, lease), destination), [], "other bytes, perhaps");
  },
};

for (const [end, run] of Object.entries(ends))
  test(`remote parts: they are to be removed when the task is ${end}`, async (t) => {
    const database = await freshDatabase(t);
    const lease = await begun(database);
    assert.deepEqual(await removable(database), []);
    await run(database, lease);
    assert.deepEqual(await removable(database), [part.path]);
  });

test("remote parts: they are continued after an interruption, a failure that is retried, or a dead sender", async (t) => {
  const database = await freshDatabase(t);
  const lease = await begun(database);
  await settleDelivery(database, lease, { outcome: "failed", failure, retryAt: 6 }, 5);
  const again = await claimed(database, "delivery", 6);
  await settleDelivery(database, again, { outcome: "interrupted" }, 7);
  await claimed(database, "delivery", 7);
  await nobody(database);
  assert.deepEqual(await partsOf(database, await theFile(database, lease), destination), [part.path]);
  assert.deepEqual(await partsOf(database, await theFile(database, lease), "ftp://other.example:21"), []);
  assert.deepEqual(await removable(database), []);
});

test("remote parts: one that became the file's own is none any more", async (t) => {
  const database = await freshDatabase(t);
  const lease = await begun(database);
  await recordDelivered(database, lease, { file: await theFile(database, lease), part }, 5);
  await settleDelivery(database, lease, { outcome: "delivered" }, 5);
  assert.deepEqual(await partsOf(database, await theFile(database, lease), destination), []);
  assert.deepEqual(await removable(database), []);
});

test("remote parts: a removal is due at its time, counts its failures, and ends when the part is gone", async (t) => {
  const database = await freshDatabase(t);
  const lease = await begun(database);
  await settleDelivery(database, lease, { outcome: "failed", failure, retryAt: null }, 5);
  await putOffRemoval(database, part, 20);
  assert.deepEqual(await removable(database, 19), []);
  assert.deepEqual(await partsToRemove(database, destination, 20, 9), [{ ...part, removals: 1 }]);
  assert.deepEqual(await partsToRemove(database, "ftp://other.example:21", 20, 9), []);
  await forgetPart(database, part);
  assert.deepEqual(await removable(database, 20), []);
});
