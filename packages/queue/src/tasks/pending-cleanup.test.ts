import assert from "node:assert/strict";
import { test } from "node:test";
import { cancelTask, deleteTask } from "./cancel-task.ts";
import { addedTask, claimed, downloadedTask, file, freshDatabase, deliverDue } from "../testing/fresh-database.ts";
import { deletedSince, endedSince, workdirNeed, noteRemoved } from "./pending-cleanup.ts";
import { currentRevision } from "./list-tasks.ts";
import { releaseLease } from "../leases/end-lease.ts";

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

test("pending cleanup: deletions name the files to remove, each since its revision", async (t) => {
  const database = await freshDatabase(t);
  const [first, second] = [await downloadedTask(database), await addedTask(database)];
  await deleteTask(database, { id: first.id, scope: "all" }, false, 2);
  const revision = await currentRevision(database);
  await deleteTask(database, { id: second.id, scope: "all" }, false, 3);
  const told = async (since: number) =>
    (await deletedSince(database, since)).map(({ id, removePaths }) => [id, removePaths]);
  assert.deepEqual(await told(0), [
    [first.id, [file.localPath]],
    [second.id, []],
  ]);
  assert.deepEqual(await told(revision), [[second.id, []]]);
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
  assert.equal(await workdirNeed(database, task.id), "now", "it waits for its delivery");
  await deliverDue(database, 2);
  assert.equal(await workdirNeed(database, task.id), "never");
  assert.equal(await workdirNeed(database, "none"), "never");
});

test("pending cleanup: files that were removed for a deletion are not removed again", async (t) => {
  const database = await freshDatabase(t);
  const { id } = await downloadedTask(database);
  await deleteTask(database, { id, scope: "all" }, true, 2);
  assert.notDeepEqual((await deletedSince(database, 0))[0]?.removePaths, []);
  await noteRemoved(database, [id]);
  assert.deepEqual((await deletedSince(database, 0))[0]?.removePaths, []);
});
