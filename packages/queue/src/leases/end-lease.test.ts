import assert from "node:assert/strict";
import { test } from "node:test";
import { cancelTask, deleteTask, retryTask } from "../tasks/cancel-task.ts";
import type { ClaimKind, Lease } from "./claim-task.ts";
import type { Database } from "../store/database.ts";
import { recordDelivered } from "../testing/record-delivery.ts";
import { expireLeases, LeaseWatch } from "./expire-lease.ts";
import {
  addedTask,
  claimed,
  deliverFiles,
  downloadedTask,
  file,
  freshDatabase,
  row,
  rowIfThere,
} from "../testing/fresh-database.ts";
import { currentRevision, filesOf, listTasks } from "../tasks/list-tasks.ts";
import { noteFacts } from "../attempts/note-facts.ts";
import type { TaskRow } from "../store/schema.ts";
import { type DeliveryOutcome, settleDelivery } from "../runner/settle-delivery.ts";
import { type DownloadOutcome, settleDownload } from "../runner/settle-download.ts";
import { heldState } from "./held-task.ts";
import { releaseLease } from "./end-lease.ts";
import { parseTexts } from "../tasks/texts.ts";

const failure = { failureClass: "network", message: "what it said", advice: { en: "what to do", ru: "по-русски" } };
const asColumns = (task: TaskRow) => [task.failure_class, task.failure_message, parseTexts(task.advice_texts)];
const failureColumns = ["network", "what it said", failure.advice];
const sites = { tube: { hosts: ["tube.example"] } };

const downloadOutcomes: DownloadOutcome[] = [
  { outcome: "downloaded", files: [file], media: { title: "t" }, host: "here" },
  { outcome: "expanded", title: "t", entries: [{ link: "https://tube.example/1", title: "e" }], sites },
  { outcome: "failed", failure, retryAt: null },
  { outcome: "failed", failure, retryAt: 1e12 },
  { outcome: "interrupted" },
];
const deliveryOutcomes: DeliveryOutcome[] = [
  { outcome: "delivered" },
  { outcome: "failed", failure, retryAt: null },
  { outcome: "failed", failure, retryAt: 1e12 },
  { outcome: "interrupted" },
];

/** Ways to lose a lease. Each leaves the task to another owner or state. */
const losses: Record<string, (database: Database, lease: Lease, kind: ClaimKind) => Promise<unknown>> = {
  "taken over": async (database, _lease, kind) => {
    // The owner's process is not registered.
    assert.equal(await expireLeases(database, new LeaseWatch(), "nobody", 5), 1);
    await claimed(database, kind, 6, "successor");
  },
  "waiting again": async (database) => {
    assert.equal(await expireLeases(database, new LeaseWatch(), "nobody", 5), 1);
  },
  canceled: async (database, { task }) => await cancelTask(database, { id: task.id, scope: "all" }, 5),
  deleted: async (database, { task }) => await deleteTask(database, { id: task.id, scope: "all" }, true, 5),
  "deleted and forgotten": async (database, { task }) => {
    await deleteTask(database, { id: task.id, scope: "all" }, true, 5);
    await expireLeases(database, new LeaseWatch(), "nobody", 5);
  },
};

for (const [loss, lose] of Object.entries(losses)) {
  test(`settle: a process that lost its download (${loss}) changes nothing`, async (t) => {
    const database = await freshDatabase(t);
    for (const outcome of downloadOutcomes) {
      await addedTask(database);
      const lease = await claimed(database);
      await lose(database, lease, "download");
      await assertUnchanged(database, lease, () => settleDownload(database, lease, outcome, 9));
      await forget(database, lease);
    }
  });

  test(`settle: a process that lost its delivery (${loss}) changes nothing`, async (t) => {
    const database = await freshDatabase(t);
    for (const outcome of deliveryOutcomes) {
      await downloadedTask(database);
      const lease = await claimed(database, "delivery");
      await lose(database, lease, "delivery");
      await assertUnchanged(database, lease, () => settleDelivery(database, lease, outcome, 9));
      await forget(database, lease);
    }
  });
}

/** Leaves nothing of a task, and so nothing for the next claim. */
async function forget(database: Database, { task }: Lease): Promise<void> {
  await deleteTask(database, { id: task.id, scope: "all" }, true, 10);
  await expireLeases(database, new LeaseWatch(), "nobody", 10);
  assert.equal(await rowIfThere(database, task.seq), undefined);
}

test("settle: a download's lease settles no delivery, a delivery's no download", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database);
  const download = await claimed(database);
  await assertUnchanged(database, download, () => settleDelivery(database, download, { outcome: "delivered" }, 9));
  await downloadedTask(database);
  const delivery = await claimed(database, "delivery");
  await assertUnchanged(database, delivery, () => settleDownload(database, delivery, { outcome: "interrupted" }, 9));
});

test("lost lease: its process records no facts and no progress, and releases nothing", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database);
  const lease = await claimed(database);
  await losses["taken over"]?.(database, lease, "download");
  const before = await row(database, lease.task.seq);
  assert.equal(await noteFacts(database, lease, { title: "late" }), false);
  await noteFacts(database, lease, { progress: { percent: 1 } });
  await releaseLease(database, lease);
  assert.deepEqual(await row(database, lease.task.seq), before);
});

test("settle: each outcome of a download leaves its state, its facts and its files", async (t) => {
  const database = await freshDatabase(t);
  const settled = async (outcome: DownloadOutcome) => {
    const { seq } = await addedTask(database);
    const lease = await claimed(database);
    await noteFacts(database, lease, { progress: { percent: 1 } });
    assert.equal(await settleDownload(database, lease, outcome, 7), "settled");
    assert.equal(await heldState(database, lease), undefined);
    const task = await row(database, seq);
    assert.deepEqual([task.owner, task.process_id, task.progress, task.updated_at], [null, null, null, 7]);
    await cancelTask(database, { id: task.id, scope: "all" }, 8);
    return task;
  };
  const media = { title: "t", durationSeconds: 1.5, width: 2, height: 3 };
  const ready = await settled({ outcome: "downloaded", files: [file], media, host: "here" });
  assert.deepEqual([ready.state, ready.finished_at, ready.ready_at], ["READY_TO_SEND", null, 7]);
  assert.deepEqual([ready.title, ready.duration_seconds, ready.width, ready.height], ["t", 1.5, 2, 3]);
  const [stored] = await filesOf(database, [ready.seq]);
  assert.deepEqual(
    [stored?.host, stored?.name, stored?.local_path, stored?.size_bytes, stored?.sha256, stored?.delivered_at],
    ["here", file.name, file.localPath, file.sizeBytes, file.sha256, null],
  );
  const entries = [
    { link: "https://tube.example/1", title: "one" },
    { link: "https://tube.example/2", title: "two" },
  ];
  const list = await settled({ outcome: "expanded", title: "list", entries, sites });
  assert.deepEqual([list.state, list.finished_at, list.title, list.child_count], ["DONE", 7, "list", 2]);
  assert.equal((await listTasks(database, { scope: "all", states: [], parentId: list.id }, { limit: 9 })).length, 2);
  const failed = await settled({ outcome: "failed", failure, retryAt: null });
  assert.deepEqual([failed.state, failed.finished_at, failed.not_before], ["FAILED", 7, null]);
  assert.deepEqual(asColumns(failed), failureColumns);
  const later = await settled({ outcome: "failed", failure, retryAt: 1000.4 });
  assert.deepEqual([later.state, later.finished_at, later.not_before], ["QUEUED", null, 1001]);
  assert.deepEqual(asColumns(later), failureColumns);
  const atOnce = await settled({ outcome: "failed", failure, retryAt: 7 });
  assert.deepEqual([atOnce.state, atOnce.not_before], ["QUEUED", null]);
  const interrupted = await settled({ outcome: "interrupted" });
  assert.deepEqual([interrupted.state, interrupted.attempt_count, interrupted.failure_class], ["QUEUED", 0, null]);
});

test("settle: each outcome of a delivery leaves its state", async (t) => {
  const database = await freshDatabase(t);
  const settled = async (outcome: DeliveryOutcome) => {
    const { seq } = await downloadedTask(database);
    const lease = await claimed(database, "delivery");
    if (outcome.outcome === "delivered") await deliverFiles(database, lease);
    assert.equal(await settleDelivery(database, lease, outcome, 7), "settled");
    const task = await row(database, seq);
    assert.equal(task.owner, null);
    await cancelTask(database, { id: task.id, scope: "all" }, 8);
    return [task.state, task.finished_at, task.not_before, task.failure_class];
  };
  assert.deepEqual(await settled({ outcome: "delivered" }), ["DONE", 7, null, null]);
  assert.deepEqual(await settled({ outcome: "failed", failure, retryAt: null }), ["FAILED", 7, null, "network"]);
  assert.deepEqual(await settled({ outcome: "failed", failure, retryAt: 9e9 }), [
    "READY_TO_SEND",
    null,
    9e9,
    "network",
  ]);
  assert.deepEqual(await settled({ outcome: "interrupted" }), ["READY_TO_SEND", null, null, null]);
});

test("settle: a task is not delivered while one of its files is not, whatever its sender says", async (t) => {
  const database = await freshDatabase(t);
  const { seq } = await downloadedTask(database, {}, [file, { ...file, name: "b" }]);
  const lease = await claimed(database, "delivery");
  const [, second] = await filesOf(database, [seq]);
  assert(second !== undefined);
  const part = { destination: "ftp://nas.example:21", path: "/part" };
  await recordDelivered(database, lease, { file: second, part }, 3);
  await assert.rejects(
    settleDelivery(database, lease, { outcome: "delivered" }, 9),
    /said to be delivered, and video\.mp4 is not/,
  );
  assert.equal((await row(database, seq)).state, "SENDING");
  await deliverFiles(database, lease);
  assert.equal(await settleDelivery(database, lease, { outcome: "delivered" }, 9), "settled");
});

test("settle: the remark on a delivery follows that on the download", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database);
  const remark = { en: "It came in 360p.", ru: "Пришло в 360p." };
  const outcome = { outcome: "downloaded", files: [file], media: {}, host: "here", remark } as const;
  await settleDownload(database, await claimed(database), outcome, 2);
  const lease = await claimed(database, "delivery");
  await deliverFiles(database, lease);
  await settleDelivery(database, lease, { outcome: "delivered", remark: { en: "It was there." } }, 3);
  assert.deepEqual(parseTexts((await row(database, lease.task.seq)).remark_texts), {
    en: "It came in 360p. It was there.",
    ru: "Пришло в 360p. It was there.",
  });
});

test("settle: a repeated download replaces the files of the one before, and a success clears its failure", async (t) => {
  const database = await freshDatabase(t);
  const { seq, id } = await downloadedTask(database);
  await cancelTask(database, { id, scope: "all" }, 3);
  await retryTask(database, { id, scope: "all" }, 4);
  await settleDownload(database, await claimed(database), { outcome: "failed", failure, retryAt: 5 }, 5);
  assert.equal((await row(database, seq)).failure_class, "network");
  const files = [file, { ...file, name: "b" }];
  const outcome = { outcome: "downloaded", files, media: {}, host: "here" } as const;
  await settleDownload(database, await claimed(database), outcome, 6);
  assert.equal((await row(database, seq)).failure_class, null);
  assert.deepEqual(
    (await filesOf(database, [seq])).map(({ name }) => name),
    [file.name, "b"],
  );
  assert.deepEqual(await filesOf(database, []), []);
});

async function assertUnchanged(database: Database, { task }: Lease, settle: () => Promise<string>): Promise<void> {
  const state = async () => ({
    task: await rowIfThere(database, task.seq),
    files: await filesOf(database, [task.seq]),
    tasks: (await listTasks(database, { scope: "all", states: [] }, { limit: 9 })).length,
    revision: await currentRevision(database),
  });
  const before = await state();
  assert.equal(await settle(), "lost");
  assert.deepEqual(await state(), before);
}
