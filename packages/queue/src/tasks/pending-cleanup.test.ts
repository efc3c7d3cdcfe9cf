import assert from "node:assert/strict";
import { test } from "node:test";
import { cancelTask, deleteTask } from "./cancel-task.ts";
import { addedTask, claimed, downloadedTask, file, freshDatabase, deliverDue } from "../testing/fresh-database.ts";
import { deletedSince, endedSince, filesToRemove, noteRemoved, workdirNeed } from "./pending-cleanup.ts";
import { currentRevision } from "./list-tasks.ts";
import { releaseLease } from "../leases/end-lease.ts";
import { otherHost, testHost } from "../testing/test-host.ts";
import { enterHost } from "../hosts/host.ts";
import { query } from "../store/database.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { startAttempt } from "../attempts/attempt.ts";

test("pending cleanup: a canceled task is part of it once its owner has released it", async (t) => {
  const database = await freshDatabase(t);
  const [held, free] = [await addedTask(database), await addedTask(database)];
  const lease = await claimed(database);
  await cancelTask(database, { id: held.id, scope: "all" }, 2);
  await cancelTask(database, { id: free.id, scope: "all" }, 2);
  const revision = await currentRevision(database);
  const ids = async (since: number) => (await endedSince(database, since)).map(({ id }) => id);
  assert.deepEqual(await ids(0), [free.id]);
  await releaseLease(database, lease);
  assert.deepEqual(await ids(0), [free.id, held.id]);
  assert.deepEqual(
    await ids(revision),
    [held.id],
    "letting go is a change, so that who looks since a revision sees it",
  );
});

test("pending cleanup: deletions are told since a revision", async (t) => {
  const database = await freshDatabase(t);
  const [first, second] = [await downloadedTask(database), await addedTask(database)];
  await deleteTask(database, { id: first.id, scope: "all" }, false, 2);
  const revision = await currentRevision(database);
  await deleteTask(database, { id: second.id, scope: "all" }, false, 3);
  assert.deepEqual(await deletedSince(database, 0), [first.id, second.id]);
  assert.deepEqual(await deletedSince(database, revision), [second.id]);
});

test("pending cleanup: a done task is part of it", async (t) => {
  const database = await freshDatabase(t);
  const task = await downloadedTask(database);
  await deliverDue(database, 2);
  assert.deepEqual(
    (await endedSince(database, 0)).map(({ id }) => id),
    [task.id],
  );
});

test("pending cleanup: a working folder is needed until the task is done, released after a cancel, or deleted", async (t) => {
  const database = await freshDatabase(t);
  const task = await downloadedTask(database);
  assert.equal(await workdirNeed(database, task.id, testHost), "now", "it waits for its delivery");
  await deliverDue(database, 2);
  assert.equal(await workdirNeed(database, task.id, testHost), "never");
  assert.equal(await workdirNeed(database, "none", testHost), "never");
});

test("pending cleanup: the files of a deleted task are removed by their own host, once", async (t) => {
  const database = await freshDatabase(t);
  const there = otherHost("there");
  const ids = [(await downloadedTask(database)).id, (await downloadedTask(database, {}, [file], there.name)).id];
  for (const id of ids) await deleteTask(database, { id, scope: "all" }, true, 2);
  for (const host of [testHost, there]) {
    assert.deepEqual(await filesToRemove(database, host), [file.localPath], host.name);
    await noteRemoved(database, host, [file.localPath]);
    assert.deepEqual(await filesToRemove(database, host), []);
  }
});

test("pending cleanup: a host that shares the folder removes them, too, and so does any if they are from before hosts had names", async (t) => {
  const database = await freshDatabase(t);
  const [here, there] = [otherHost("here", "nfs"), otherHost("there", "nfs")];
  await database.write(async (transaction) => {
    for (const host of [here, there]) await enterHost(transaction, host, 1);
    await transaction.run(query.insertInto("files_to_remove").values({ host: "", path: "/old" }));
  });
  const { id } = await downloadedTask(database);
  await deleteTask(database, { id, scope: "all" }, true, 2);
  assert.deepEqual((await filesToRemove(database, there)).toSorted(), [file.localPath, "/old"].toSorted());
  assert.deepEqual(await filesToRemove(database, otherHost("alone")), ["/old"]);
  await noteRemoved(database, there, [file.localPath, "/old"]);
  assert.deepEqual(await filesToRemove(database, here), []);
});

test("pending cleanup: parts that another host has newer ones of are of no use here", async (t) => {
  const database = await freshDatabase(t);
  const there = otherHost("there");
  const { seq, id } = await addedTask(database);
  const lease = await claimed(database);
  await startAttempt(database, lease, { stage: "s", host: testHost.name, ytdlpVersion: "1" }, 1);
  await settleDownload(database, lease, { outcome: "interrupted" }, 2);
  const needs = async () => [await workdirNeed(database, id, testHost), await workdirNeed(database, id, there)];
  assert.deepEqual(await needs(), ["now", "not now"], "it may go on where it stopped");
  const again = await claimed(database);
  await startAttempt(database, again, { stage: "s", host: there.name, ytdlpVersion: "1" }, 3);
  await settleDownload(database, again, { outcome: "downloaded", files: [file], media: {}, host: there.name }, 4);
  assert.deepEqual(await needs(), ["not now", "now"], `task ${seq} waits there`);
});

const failure = { failureClass: "gone", message: "m", advice: { en: "a", ru: "по-русски" } };

test("pending cleanup: a failed task is part of it, and its folder is needed if it has files", async (t) => {
  const database = await freshDatabase(t);
  const { id } = await addedTask(database);
  const lease = await claimed(database);
  await startAttempt(database, lease, { stage: "s", host: testHost.name, ytdlpVersion: "1" }, 1);
  assert.equal(await workdirNeed(database, id, testHost), "now");
  // Each host is told the same, since the one that ran it may have died.
  await settleDownload(database, lease, { outcome: "failed", failure, retryAt: null }, 2);
  assert.deepEqual(
    (await endedSince(database, 0)).map((ended) => ended.id),
    [id],
  );
  assert.equal(await workdirNeed(database, id, testHost), "not now");

  const downloaded = await downloadedTask(database);
  await settleDelivery(database, await claimed(database, "delivery"), { outcome: "failed", failure, retryAt: null }, 3);
  assert.equal(await workdirNeed(database, downloaded.id, testHost), "now", "it may be sent again");
});
