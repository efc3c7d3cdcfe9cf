import assert from "node:assert/strict";
import { test } from "node:test";
import { addTask } from "./add-task.ts";
import { cancelTask, deleteTask, retryTask } from "./cancel-task.ts";
import { isRefusal } from "./task-change.ts";
import { claimTask } from "../leases/claim-task.ts";
import type { FileRow } from "../store/schema.ts";
import { recordDelivered } from "../testing/record-delivery.ts";
import { taskIn } from "../testing/task-in-state.ts";
import { expireLeases, LeaseWatch } from "../leases/expire-lease.ts";
import {
  addedTask,
  claimed,
  downloadedTask,
  file,
  freshDatabase,
  request,
  row,
  rowIfThere,
} from "../testing/fresh-database.ts";
import { deletedSince, workdirNeed, filesToRemove, noteRemoved } from "./pending-cleanup.ts";
import { changesSince, countTasks, currentRevision, filesOf, findTask, listTasks } from "./list-tasks.ts";
import { releaseLease } from "../leases/end-lease.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";
import { settleDownload } from "../runner/settle-download.ts";
import type { TaskState } from "../store/task-state.ts";
import { testHost } from "../testing/test-host.ts";

const failure = { failureClass: "network", message: "m", advice: { en: "a", ru: "по-русски" } };

test("cancel: a task is canceled in every state that is not final, and a done or failed one refuses with its state", async (t) => {
  const database = await freshDatabase(t);
  for (const [state, make] of Object.entries(taskIn)) {
    const { seq, id } = await make(database);
    const { owner } = await row(database, seq);
    const result = await cancelTask(database, { id, scope: "all" }, 9);
    if (state === "DONE" || state === "FAILED") {
      assert("refused" in result && result.refused === "wrong_state" && result.task.state === state, state);
      continue;
    }
    assert(!isRefusal(result), state);
    assert.equal(result.state, "CANCELED");
    const task = await row(database, seq);
    assert.equal(task.owner, owner, "its owner keeps the lease");
    assert.equal(task.finished_at, state === "CANCELED" ? 3 : 9, "canceled again, it changes nothing");
  }
});

test("cancel: a task that does not exist is neither canceled, retried nor deleted", async (t) => {
  const database = await freshDatabase(t);
  const refusal = { refused: "not_found" };
  assert.deepEqual(await cancelTask(database, { id: "none", scope: "all" }, 1), refusal);
  assert.deepEqual(await retryTask(database, { id: "none", scope: "all" }, 1), refusal);
  assert.deepEqual(await deleteTask(database, { id: "none", scope: "all" }, true, 1), refusal);
});

test("cancel: the owner keeps the task until it releases it, and nobody starts beside it", async (t) => {
  const database = await freshDatabase(t);
  const { seq, id } = await addedTask(database);
  const lease = await claimed(database);
  await cancelTask(database, { id, scope: "all" }, 2);
  assert.equal(await workdirNeed(database, id, testHost), "now");
  const refused = await retryTask(database, { id, scope: "all" }, 3);
  assert("refused" in refused && refused.refused === "stopping");
  await releaseLease(database, lease);
  assert.equal((await row(database, seq)).owner, null);
  assert.equal(await workdirNeed(database, id, testHost), "not now");
  const retried = await retryTask(database, { id, scope: "all" }, 4);
  assert(!isRefusal(retried));
  assert.equal(retried.state, "QUEUED");
  assert.equal((await claimed(database)).task.id, id);
});

test("retry: a failed task starts again at the delivery if its files are there, else from the start, as does a canceled one", async (t) => {
  const database = await freshDatabase(t);
  const failed = async (files = [file]) => {
    const task = await downloadedTask(database, {}, files);
    const lease = await claimed(database, "delivery");
    return {
      task,
      lease,
      fail: (sources: readonly FileRow[] = []) =>
        settleDelivery(database, lease, { outcome: "failed", failure, retryAt: null, sources }, 3),
    };
  };
  const retriedState = async (id: string) => {
    const retried = await retryTask(database, { id, scope: "all" }, 5);
    assert(!isRefusal(retried));
    const { round, finished_at, failure_class, ready_at, state } = retried;
    assert.deepEqual([round, finished_at, failure_class], [2, null, null]);
    assert.equal(ready_at, state === "READY_TO_SEND" ? 5 : null, "the time that it may wait begins anew");
    await cancelTask(database, { id, scope: "all" }, 6);
    return state;
  };
  const whole = await failed();
  await whole.fail();
  assert.equal(await retriedState(whole.task.id), "READY_TO_SEND");
  assert.equal(
    ((await retryTask(database, { id: whole.task.id, scope: "all" }, 7)) as { state: string }).state,
    "QUEUED",
  );
  await cancelTask(database, { id: whole.task.id, scope: "all" }, 8);

  const half = await failed([file, { ...file, name: "b" }]);
  const [sent] = await filesOf(database, [half.task.seq]);
  assert(sent !== undefined);
  const part = { destination: "ftp://nas.example:21", path: "/part" };
  await recordDelivered(database, half.lease, { file: sent, part }, 3);
  await half.fail([sent]);
  assert.equal(await retriedState(half.task.id), "READY_TO_SEND", "the file that is left");

  const gone = await failed();
  const [lost] = await filesOf(database, [gone.task.seq]);
  assert(lost !== undefined);
  await gone.fail([lost]);
  assert.equal(await retriedState(gone.task.id), "QUEUED", "its file is gone");

  const { id } = await taskIn.FAILED(database);
  assert.equal(await retriedState(id), "QUEUED", "it never had one");
});

test("retry: only failed and canceled tasks are retried", async (t) => {
  const database = await freshDatabase(t);
  // Tasks that are claimed on their way are made before tasks that would be claimed in their place.
  for (const state of ["DOWNLOADING", "DONE", "SENDING", "READY_TO_SEND", "QUEUED"] as const) {
    const { seq, id } = await taskIn[state](database);
    const before = await row(database, seq);
    const result = await retryTask(database, { id, scope: "all" }, 9);
    assert("refused" in result && result.refused === "wrong_state" && result.task.state === state, state);
    assert.deepEqual(await row(database, seq), before);
  }
});

test("retry: one that would make two equal tasks is refused with the other one", async (t) => {
  const database = await freshDatabase(t);
  const wanted = request();
  const { task } = await addTask(database, wanted, 1);
  await cancelTask(database, { id: task.id, scope: "all" }, 2);
  const { task: second } = await addTask(database, wanted, 3);
  const result = await retryTask(database, { id: task.id, scope: "all" }, 4);
  assert("refused" in result && result.refused === "collides" && result.task.id === second.id);
  assert.equal((await row(database, task.seq)).state, "CANCELED");
  await cancelTask(database, { id: second.id, scope: "all" }, 5);
  assert(!isRefusal(await retryTask(database, { id: task.id, scope: "all" }, 6)));
});

test("cancel: a playlist's entries are canceled with it, even those in work, and it is refused if all are final", async (t) => {
  const database = await freshDatabase(t);
  const parent = await addedTask(database);
  const other = await addedTask(database, { chatId: "other" });
  const entries = ["a", "b", "c"].map((name) => ({ link: `https://tube.example/${name}`, title: name }));
  const lease = await claimed(database);
  assert.equal(lease.task.id, parent.id);
  await settleDownload(database, lease, { outcome: "expanded", title: "list", entries, sites: {} }, 2);
  await claimed(database);
  const held = await claimed(database);
  assert.equal(held.task.parent_id, parent.id);
  const result = await cancelTask(database, { id: parent.id, scope: "all" }, 3);
  assert(!isRefusal(result));
  const states = (await listTasks(database, { scope: "all", states: [], parentId: parent.id }, { limit: 9 })).map(
    ({ state }) => state,
  );
  assert.deepEqual(states, ["CANCELED", "CANCELED", "CANCELED"]);
  assert.equal((await row(database, held.task.seq)).owner, held.token);
  assert.equal((await row(database, parent.seq)).state, "DONE");
  assert.equal((await row(database, other.seq)).state, "DOWNLOADING");
  const again = await cancelTask(database, { id: parent.id, scope: "all" }, 4);
  assert("refused" in again && again.refused === "wrong_state");
});

test("delete: a playlist's entries are canceled", async (t) => {
  const database = await freshDatabase(t);
  const parent = await addedTask(database);
  const lease = await claimed(database);
  const entries = [{ link: "https://tube.example/a", title: "a" }];
  await settleDownload(database, lease, { outcome: "expanded", title: "list", entries, sites: {} }, 2);
  await deleteTask(database, { id: parent.id, scope: "all" }, false, 3);
  const states = (await listTasks(database, { scope: "all", states: [], parentId: parent.id }, { limit: 9 })).map(
    ({ state }) => state,
  );
  assert.deepEqual(states, ["CANCELED"]);
});

test("delete: a task that nobody holds is gone at once, in every state", async (t) => {
  const database = await freshDatabase(t);
  for (const state of ["QUEUED", "READY_TO_SEND", "DONE", "FAILED", "CANCELED"] as const) {
    const { seq, id } = await taskIn[state](database);
    const revision = await currentRevision(database);
    assert.deepEqual(await deleteTask(database, { id, scope: "all" }, false, 9), { deleted: id });
    assert.equal(await rowIfThere(database, seq), undefined, state);
    assert.deepEqual(await filesOf(database, [seq]), []);
    const changes = await changesSince(database, revision, 9);
    assert.deepEqual(
      changes?.map((change) => "deletedId" in change && change.deletedId),
      [id],
    );
    assert(Object.values(await countTasks(database, "all")).every((count) => count === 0));
  }
});

test("delete: a task that a process holds is hidden at once, and gone when its owner releases it", async (t) => {
  const database = await freshDatabase(t);
  for (const state of ["DOWNLOADING", "SENDING"] as const) {
    const { seq, id } = await taskIn[state](database);
    const { owner } = await row(database, seq);
    const lease = { token: owner ?? "", task: await row(database, seq) };
    await deleteTask(database, { id, scope: "all" }, true, 9);
    assert.equal(await findTask(database, id, "all"), undefined);
    assert.deepEqual(await listTasks(database, { scope: "all", states: [] }, { limit: 9 }), []);
    assert(Object.values(await countTasks(database, "all")).every((count) => count === 0));
    assert.equal(await workdirNeed(database, id, testHost), "now", "its owner still writes there");
    assert.equal(await claimTask(database, "download", { processId: "p", defaultSiteParallel: 9 }, 9), undefined);
    assert.deepEqual(await cancelTask(database, { id, scope: "all" }, 9), { refused: "not_found" });
    assert.deepEqual(await deleteTask(database, { id, scope: "all" }, true, 9), { refused: "not_found" });
    const revision = await currentRevision(database);
    await releaseLease(database, lease);
    assert.equal(await rowIfThere(database, seq), undefined);
    const told = await deletedSince(database, revision);
    assert.deepEqual(told, [id], "told again, since its working folder was needed until now");
  }
});

test("delete: a task whose owner dies is gone when its lease expires, and told again", async (t) => {
  const database = await freshDatabase(t);
  const { seq, id } = await taskIn.DOWNLOADING(database);
  await deleteTask(database, { id, scope: "all" }, true, 9);
  const revision = await currentRevision(database);
  await expireLeases(database, new LeaseWatch(), "nobody", 10);
  assert.equal(await rowIfThere(database, seq), undefined);
  assert.deepEqual(await deletedSince(database, revision), [id]);
});

test("delete: files of a task that is not done are removed, and finished ones if asked", async (t) => {
  const database = await freshDatabase(t);
  const removed = async (state: TaskState, withFiles: boolean) => {
    const { id } = await taskIn[state](database);
    await deleteTask(database, { id, scope: "all" }, withFiles, 9);
    const paths = await filesToRemove(database, testHost);
    await noteRemoved(database, testHost, paths);
    return paths;
  };
  assert.deepEqual(await removed("READY_TO_SEND", false), [file.localPath]);
  assert.deepEqual(await removed("DONE", false), []);
  assert.deepEqual(await removed("DONE", true), [file.localPath]);
  assert.deepEqual(await removed("QUEUED", true), []);
});
