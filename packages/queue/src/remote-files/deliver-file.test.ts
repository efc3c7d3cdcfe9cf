import assert from "node:assert/strict";
import { test } from "node:test";
import { cancelTask } from "../tasks/cancel-task.ts";
import type { Lease } from "../leases/claim-task.ts";
import { releaseLease } from "../leases/end-lease.ts";
import type { Database } from "../store/database.ts";
import { isLocalCopy, localDestination, markThere, reserveRemotePath, withdrawCopies } from "./deliver-file.ts";
import { recordDelivered, reserveName } from "../testing/record-delivery.ts";
import { expireLeases, LeaseWatch } from "../leases/expire-lease.ts";
import {
  claimed,
  deliverFiles,
  downloadedTask,
  file as downloaded,
  freshDatabase,
  row,
} from "../testing/fresh-database.ts";
import { partsOf, type RemoteName } from "./remote-parts.ts";
import type { FileRow } from "../store/schema.ts";
import { filesOf } from "../tasks/list-tasks.ts";
import { type DeliveryOutcome, settleDelivery } from "../runner/settle-delivery.ts";

const failure = { failureClass: "delivery", message: "m", advice: { en: "a", ru: "по-русски" } };
const destination = "ftp://nas.example:21";
const name = { destination, path: "/v.mp4" };
const other = { destination, path: "/v (2).mp4" };

type Delivering = { lease: Lease; file: FileRow };

async function delivering(database: Database): Promise<Delivering> {
  const task = await downloadedTask(database);
  const lease = await claimed(database, "delivery");
  return { lease, file: await fileOf(database, task.seq) };
}

async function fileOf(database: Database, taskSeq: number): Promise<FileRow> {
  const [file] = await filesOf(database, [taskSeq]);
  assert(file !== undefined);
  return file;
}

const partOf = ({ lease }: Delivering): RemoteName => ({ destination, path: `/${lease.task.id}.part` });

const reserve = (database: Database, one: Delivering, wanted: RemoteName = name) =>
  reserveName(database, one.lease, one.file, { name: wanted, part: partOf(one).path });

/** Returns whether the file is on record as delivered. */
const deliver = async (database: Database, { lease, file }: Delivering) => {
  await recordDelivered(database, lease, { file, part: partOf({ lease, file }) }, 5);
  return (await fileOf(database, file.task_seq)).delivered_at !== null;
};

const there = (database: Database, one: Delivering) =>
  markThere(database, one.lease, { file: one.file, name, verifiedBy: "read back" }, 5);

test("remote names: each is one file's alone, and the other file has to choose another", async (t) => {
  const database = await freshDatabase(t);
  const [one, two] = [await delivering(database), await delivering(database)];
  const both = await Promise.all([reserve(database, one), reserve(database, two)]);
  assert.deepEqual(both, ["reserved", "taken"]);
  assert.equal(await reserve(database, one), "reserved", "its own again");
  assert.equal(await reserve(database, two, { ...name, destination: "ftp://other.example:21" }), "reserved");
  assert.equal(await reserve(database, two, other), "reserved");
  assert.equal((await fileOf(database, two.lease.task.seq)).remote_path, other.path);
});

test("remote names: that of a delivered file is free, since its copy is gone or will be replaced", async (t) => {
  const database = await freshDatabase(t);
  const [one, two, three] = [await delivering(database), await delivering(database), await delivering(database)];
  await reserve(database, one);
  await deliver(database, one);
  assert.equal(await reserve(database, two), "reserved");
  assert.equal((await fileOf(database, one.lease.task.seq)).remote_path, name.path, "its history stays");
  assert.equal(await reserve(database, three), "taken", "until that one is delivered, too");
});

test("remote names: the copy of a delivered file may stand for others, that of one that may still be canceled may not", async (t) => {
  const database = await freshDatabase(t);
  const [one, two, three] = [await delivering(database), await delivering(database), await delivering(database)];
  await reserve(database, one);
  assert.equal(await there(database, two), "taken");
  await deliver(database, one);
  assert.equal(await there(database, two), "taken", "its task may still be canceled");
  await settleDelivery(database, one.lease, { outcome: "delivered", sources: [one.file] }, 6);
  assert.equal(await there(database, two), "delivered");
  assert.equal(await there(database, three), "delivered");
  const { remote_path, verified_by, delivered_at } = await fileOf(database, three.lease.task.seq);
  assert.deepEqual([remote_path, verified_by, delivered_at], [name.path, "read back", 5]);
});

test("remote names: the copy of a canceled task is taken off the record, unless another file has its name", async (t) => {
  const database = await freshDatabase(t);
  for (const isReplaced of [false, true]) {
    const one = await delivering(database);
    await reserve(database, one);
    await deliver(database, one);
    if (isReplaced) await reserve(database, await delivering(database));
    const copy = { file: one.file, path: name.path, verifiedBy: "size", part: partOf(one) };
    assert.deepEqual(await withdrawCopies(database, one.lease, [copy]), [], "it is not canceled");
    await cancelTask(database, { id: one.lease.task.id, scope: "all" }, 6);
    assert.deepEqual(await withdrawCopies(database, one.lease, [copy]), isReplaced ? [] : [name.path]);
    assert.equal((await fileOf(database, one.lease.task.seq)).delivered_at, isReplaced ? 5 : null);
    await releaseLease(database, one.lease);
  }
});

test("remote names: an existing file under a name that nobody has becomes the file's own copy", async (t) => {
  const database = await freshDatabase(t);
  const [one, two] = [await delivering(database), await delivering(database)];
  await reserve(database, one, other);
  assert.equal(await there(database, one), "delivered");
  assert.equal(await reserve(database, two, other), "reserved", "the name that it had before is free");
});

test("delivered files: each records how it was verified, and has no source once that is deleted", async (t) => {
  const database = await freshDatabase(t);
  const one = await delivering(database);
  assert.equal(await deliver(database, one), true);
  const delivered = await fileOf(database, one.lease.task.seq);
  assert.deepEqual(
    [delivered.delivered_at, delivered.verified_by, delivered.local_path, isLocalCopy(delivered)],
    [5, "size", one.file.local_path, false],
  );
  await settleDelivery(database, one.lease, { outcome: "delivered", sources: [one.file] }, 6);
  assert.equal((await fileOf(database, one.lease.task.seq)).local_path, null);
});

test("delivered files: the copy in a folder of this host is the local file from then on", async (t) => {
  const database = await freshDatabase(t);
  const local = { destination: localDestination("nas", "/downloads"), path: "ann/v.mp4" };
  const copy = { verifiedBy: "the same file", localPath: "/downloads/ann/v.mp4" };
  const [linked, found] = [await delivering(database), await delivering(database)];
  await reserve(database, linked, local);
  assert.equal(isLocalCopy(await fileOf(database, linked.lease.task.seq)), false);
  await recordDelivered(database, linked.lease, { ...copy, file: linked.file, part: partOf(linked) }, 5);
  const foundAt = { ...local, path: "ann/v (2).mp4" };
  await markThere(database, found.lease, { ...copy, file: found.file, name: foundAt }, 5);
  for (const { lease } of [linked, found]) {
    const file = await fileOf(database, lease.task.seq);
    assert.deepEqual([file.local_path, isLocalCopy(file)], [copy.localPath, true]);
  }
});

test("lost lease: after a takeover or a cancel, nothing is reserved or delivered", async (t) => {
  const database = await freshDatabase(t);
  const taken = await delivering(database);
  await expireLeases(database, new LeaseWatch(), "nobody", 3);
  await claimed(database, "delivery", 4, "successor");
  const canceled = await delivering(database);
  await cancelTask(database, { id: canceled.lease.task.id, scope: "all" }, 5);
  for (const one of [taken, canceled]) {
    const { seq } = one.lease.task;
    const before = [await row(database, seq), await fileOf(database, seq)];
    assert.equal(await reserve(database, one), "lost");
    assert.equal(await deliver(database, one), false);
    assert.equal(await there(database, one), "lost");
    assert.deepEqual([await row(database, seq), await fileOf(database, seq)], before);
  }
});

test("lease: it reaches its own task's files alone", async (t) => {
  const database = await freshDatabase(t);
  const [one, two] = [await delivering(database), await delivering(database)];
  const foreign = { lease: one.lease, file: two.file };
  assert.equal(await reserve(database, foreign), "lost");
  assert.equal(await deliver(database, foreign), false);
  assert.equal(await there(database, foreign), "lost");
  const { remote_path, delivered_at } = await fileOf(database, two.lease.task.seq);
  assert.deepEqual([remote_path, delivered_at], [null, null]);
});

test("remote names: those of undelivered files are free when the task has ended, and not while it waits", async (t) => {
  const database = await freshDatabase(t);
  const one = await delivering(database);
  await reserve(database, one);
  await settleDelivery(database, one.lease, { outcome: "failed", failure, retryAt: 9 }, 5);
  assert.equal((await fileOf(database, one.lease.task.seq)).remote_path, name.path);
  await settleDelivery(
    database,
    await claimed(database, "delivery", 9),
    { outcome: "failed", failure, retryAt: null },
    9,
  );
  assert.equal((await fileOf(database, one.lease.task.seq)).remote_path, null);
});

test("delivery attempts: a failure counts unless any other task would have met it, an interruption never does", async (t) => {
  const database = await freshDatabase(t);
  const { lease } = await delivering(database);
  const { seq } = lease.task;
  const count = async (outcome: DeliveryOutcome) => {
    await settleDelivery(database, await again(), outcome, 5);
    return (await row(database, seq)).delivery_attempt_count;
  };
  const leases = [lease];
  const again = async () => leases.pop() ?? (await claimed(database, "delivery", 9));
  assert.equal(await count({ outcome: "failed", failure, retryAt: 9 }), 1);
  assert.equal(await count({ outcome: "failed", failure, retryAt: 9, counts: false }), 1);
  assert.equal(await count({ outcome: "interrupted" }), 1);
  const last = await again();
  await deliverFiles(database, last);
  leases.push(last);
  assert.equal(await count({ outcome: "delivered" }), 2);
});

test("settled delivery: a copy that is on no record yet is recorded with it, and none once the lease is lost", async (t) => {
  const database = await freshDatabase(t);
  const [one, canceled] = [await delivering(database), await delivering(database)];
  await reserve(database, one);
  await reserve(database, canceled, other);
  await cancelTask(database, { id: canceled.lease.task.id, scope: "all" }, 5);
  const settled = [];
  for (const { lease, file } of [one, canceled]) {
    const copies = [{ file, path: "/v.mp4", verifiedBy: "size", part: partOf({ lease, file }) }];
    settled.push(await settleDelivery(database, lease, { outcome: "delivered", copies, sources: [file] }, 6));
  }
  assert.deepEqual(settled, ["settled", "lost"]);
  const after = async ({ lease }: Delivering) => {
    const { delivered_at, verified_by, local_path } = await fileOf(database, lease.task.seq);
    return [delivered_at, verified_by, local_path];
  };
  assert.deepEqual(await after(one), [6, "size", null]);
  assert.deepEqual(await after(canceled), [null, null, canceled.file.local_path]);
  assert.deepEqual(await partsOf(database, one.file, destination), []);
  assert.deepEqual(await partsOf(database, canceled.file, destination), [partOf(canceled).path]);
});

test("remote names: a copy of another file is recorded in the same transaction, whether the name is free or not", async (t) => {
  const database = await freshDatabase(t);
  const [one, two] = [await delivering(database), await delivering(database)];
  await reserve(database, two, other);
  const files = ["a", "b", "c"].map((named) => ({ ...downloaded, name: named }));
  await downloadedTask(database, {}, files);
  const lease = await claimed(database, "delivery");
  const [a, b, c] = await filesOf(database, [lease.task.seq]);
  assert(a !== undefined && b !== undefined && c !== undefined);
  const after = (copied: FileRow, wanted: FileRow, path: string) => {
    const copies = [{ file: copied, path: "/a", verifiedBy: "size", part: partOf(one) }];
    const part = `/${path}.part`;
    return reserveRemotePath(
      database,
      lease,
      { file: wanted, name: { destination, path }, part, isSeen: true, copies },
      7,
    );
  };
  assert.equal(await after(a, b, other.path), "taken");
  assert.equal(await after(b, c, "/free.mp4"), "reserved");
  const delivered = (await filesOf(database, [lease.task.seq])).map(({ delivered_at }) => delivered_at);
  assert.deepEqual(delivered, [7, 7, null]);
});

test("remote names: one that nobody asked the server for is reserved only if no delivered copy is known to have it", async (t) => {
  const database = await freshDatabase(t);
  const [one, two, three] = [await delivering(database), await delivering(database), await delivering(database)];
  const unseen = ({ lease, file }: Delivering) =>
    reserveRemotePath(database, lease, { file, name, part: "/p", isSeen: false, copies: [] }, 5);
  assert.equal(await unseen(one), "reserved");
  assert.equal(await unseen(two), "taken");
  await deliver(database, one);
  assert.equal(await unseen(two), "known");
  assert.equal((await fileOf(database, two.lease.task.seq)).remote_path, null);
  assert.equal(await reserve(database, two), "reserved");
  assert.equal(await unseen(three), "taken");
});
