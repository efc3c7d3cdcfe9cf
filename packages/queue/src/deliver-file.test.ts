import assert from "node:assert/strict";
import { test } from "node:test";
import { cancelTask } from "./cancel-task.ts";
import type { Database } from "./database.ts";
import {
  countDeliveryAttempt,
  markDelivered,
  markSourceDeleted,
  noteLocalPath,
  reserveRemotePath,
} from "./deliver-file.ts";
import { expireLeases, LeaseWatch } from "./expire-lease.ts";
import { claimed, downloadedTask, freshDatabase, row } from "./fixture/fresh-database.ts";
import type { FileRow } from "./schema.ts";
import { filesOf } from "./settle-task.ts";

const server = "ftp://nas.example:21";

async function delivering(database: Database) {
  const task = await downloadedTask(database);
  const lease = await claimed(database, "delivery");
  return { lease, file: fileOf(database, task.seq) };
}

function fileOf(database: Database, taskSeq: number): FileRow {
  const [file] = filesOf(database, [taskSeq]);
  assert(file !== undefined);
  return file;
}

test("a name on a server is one file's alone, and the other is told to choose another", async (t) => {
  const database = await freshDatabase(t);
  const [one, two] = [await delivering(database), await delivering(database)];
  const [first, second] = await Promise.all([
    reserveRemotePath(database, one.lease, one.file, server, "/v.mp4"),
    reserveRemotePath(database, two.lease, two.file, server, "/v.mp4"),
  ]);
  assert.deepEqual([first, second], ["reserved", "taken"]);
  assert.equal(await reserveRemotePath(database, one.lease, one.file, server, "/v.mp4"), "reserved", "its own again");
  assert.equal(await reserveRemotePath(database, two.lease, two.file, "ftp://other.example:21", "/v.mp4"), "reserved");
  assert.equal(await reserveRemotePath(database, two.lease, two.file, server, "/v 2.mp4"), "reserved");
  assert.equal(fileOf(database, two.lease.task.seq).remote_path, "/v 2.mp4");
});

test("a delivered file has the way it was verified, and no source once that is deleted", async (t) => {
  const database = await freshDatabase(t);
  const { lease, file } = await delivering(database);
  assert.equal(await markDelivered(database, lease, file, "size", 5), true);
  await noteLocalPath(database, file, "/elsewhere.mp4");
  const moved = fileOf(database, lease.task.seq);
  assert.deepEqual([moved.delivered_at, moved.verified_by, moved.local_path], [5, "size", "/elsewhere.mp4"]);
  await markSourceDeleted(database, file);
  assert.equal(fileOf(database, lease.task.seq).local_path, null);
});

test("who lost its lease, to another or by a cancel, reserves nothing and delivered nothing", async (t) => {
  const database = await freshDatabase(t);
  const taken = await delivering(database);
  await expireLeases(database, new LeaseWatch(), "nobody", 3);
  await claimed(database, "delivery", 4, "successor");
  const canceled = await delivering(database);
  await cancelTask(database, canceled.lease.task.id, 5);
  for (const { lease, file } of [taken, canceled]) {
    const before = [row(database, lease.task.seq), fileOf(database, lease.task.seq)];
    assert.equal(await reserveRemotePath(database, lease, file, server, "/v.mp4"), "lost");
    assert.equal(await markDelivered(database, lease, file, "size", 5), false);
    await countDeliveryAttempt(database, lease);
    assert.deepEqual([row(database, lease.task.seq), fileOf(database, lease.task.seq)], before);
  }
});

test("a lease reaches its own task's files alone", async (t) => {
  const database = await freshDatabase(t);
  const [one, two] = [await delivering(database), await delivering(database)];
  assert.equal(await reserveRemotePath(database, one.lease, two.file, server, "/v.mp4"), "lost");
  assert.equal(await markDelivered(database, one.lease, two.file, "size", 5), false);
  const { remote_path, delivered_at } = fileOf(database, two.lease.task.seq);
  assert.deepEqual([remote_path, delivered_at], [null, null]);
});

test("deliveries that were tried are counted", async (t) => {
  const database = await freshDatabase(t);
  const { lease } = await delivering(database);
  await countDeliveryAttempt(database, lease);
  await countDeliveryAttempt(database, lease);
  assert.equal(row(database, lease.task.seq).delivery_attempt_count, 2);
});
