import assert from "node:assert/strict";
import { test } from "node:test";
import { registerProcess } from "../leases/process-registry.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { type Database, query } from "../store/database.ts";
import { addTask } from "../tasks/add-task.ts";
import { cancelTask, deleteTask, retryTask } from "../tasks/cancel-task.ts";
import { insertEntries } from "../tasks/insert-entries.ts";
import { claimed, deliverDue, downloadedTask, freshDatabase, request } from "../testing/fresh-database.ts";
import { testHost } from "../testing/test-host.ts";
import {
  addMessage,
  addressesOf,
  claimMessages,
  endOldMessages,
  failingSince,
  freeMessages,
  listLanes,
  sendingProcesses,
  settleMessage,
  TooManyAddressesError,
  waitingLanes,
} from "./outbox.ts";

const lane = "tasks https://bot.example";
const hook = (path: string) => ({ url: `https://bot.example/hooks/${path}`, lane });
const failure = { failureClass: "gone", message: "m", advice: { en: "a" } };

/** Registers a process until the end of the block: one that a failed test leaves would keep its file from ending. */
async function api(database: Database) {
  const self = { app: "api", host: testHost, version: "1", pid: process.pid } as const;
  const registered = await registerProcess(database, self, { onError: assert.ifError });
  const close = async () => await registered.close();
  return { processId: registered.processId, close, [Symbol.asyncDispose]: close };
}

async function claimOf(database: Database, processId: string, now = 9) {
  return await claimMessages(database, lane, { processId, most: 4 }, now);
}

test("outbox: an end writes its message in its own commit, and a task without an address writes none", async (t) => {
  const database = await freshDatabase(t);
  const { task } = await addTask(database, request({ addresses: [hook("1")] }), 1);
  await addTask(database, request(), 1);
  assert.deepEqual(await waitingLanes(database), []);
  const lease = await claimed(database);
  await settleDownload(database, lease, { outcome: "failed", failure, retryAt: null }, 5);
  assert.deepEqual(
    (await addressesOf(database, task.seq)).map(({ since, next_at, ends }) => [since, next_at, ends]),
    [[5, 0, 1]],
  );
  assert.deepEqual(
    (await waitingLanes(database)).map(({ name, due_at, sending }) => [name, due_at, sending]),
    [[lane, 0, 0]],
  );
  assert.equal((await database.all(query.selectFrom("outbox").selectAll())).length, 1);
});

test("outbox: every way to end is told: a delivery, a cancel, a failure", async (t) => {
  const database = await freshDatabase(t);
  const { id } = await downloadedTask(database);
  await database.write(async (transaction) => {
    await transaction.run(query.insertInto("lanes").values({ name: lane }));
    const task = await transaction.get(query.selectFrom("tasks").select("seq").where("id", "=", id));
    await transaction.run(query.insertInto("outbox").values({ lane, task_seq: task?.seq ?? 0, url: hook("done").url }));
  });
  await deliverDue(database, 7);
  const canceled = (await addTask(database, request({ addresses: [hook("canceled")] }), 1)).task;
  await cancelTask(database, { id: canceled.id, scope: "all" }, 8);
  await using owner = await api(database);
  const told = await claimOf(database, owner.processId);
  assert.deepEqual(
    told.map(({ url, since }) => [url, since]),
    [
      [hook("done").url, 7],
      [hook("canceled").url, 8],
    ],
  );
});

test("outbox: those who join keep their addresses, an address is kept once, and a request that is repeated adds none", async (t) => {
  const database = await freshDatabase(t);
  const asked = request({ requestId: "r", addresses: [hook("1")] });
  const { task } = await addTask(database, asked, 1);
  const others = [hook("2"), hook("1")];
  for (const address of others)
    assert.equal(
      (await addTask(database, { ...asked, requestId: address.url, addresses: [address] }, 1)).how,
      "joined",
    );
  assert.equal((await addTask(database, asked, 1)).how, "repeated");
  assert.deepEqual(
    (await addressesOf(database, task.seq)).map(({ url }) => url),
    [hook("1").url, hook("2").url],
  );
  await cancelTask(database, { id: task.id, scope: "all" }, 5);
  // The request is repeated after the end, from another place.
  await addTask(database, { ...asked, addresses: [hook("3")] }, 6);
  await using owner = await api(database);
  assert.equal((await claimOf(database, owner.processId)).length, 3);
});

test("outbox: a task tells twenty addresses at most, and a further request joins it not", async (t) => {
  const database = await freshDatabase(t);
  const asked = request();
  for (let count = 0; count < 20; count += 1)
    await addTask(database, { ...asked, addresses: [hook(String(count))] }, 1);
  const { task } = await addTask(database, asked, 1);
  await assert.rejects(addTask(database, { ...asked, addresses: [hook("x")] }, 1), TooManyAddressesError);
  await addTask(database, { ...asked, addresses: [hook("7")] }, 1);
  assert.equal((await addressesOf(database, task.seq)).length, 20);
});

test("outbox: entries of a playlist tell their ends where it does", async (t) => {
  const database = await freshDatabase(t);
  const { task } = await addTask(database, request({ addresses: [hook("1"), hook("2")] }), 1);
  const entries = [{ link: "https://tube.example/1", title: "" }];
  await database.write(async (transaction) => await insertEntries(transaction, task, { entries, sites: {} }, 1));
  const urls = (await database.all(query.selectFrom("outbox").select("url"))).map(({ url }) => url);
  assert.deepEqual(
    urls.toSorted(),
    ["1", "1", "2", "2"].map((path) => hook(path).url),
  );
});

test("outbox: a message has one sender, which frees it when it is gone, and a late record changes nothing", async (t) => {
  const database = await freshDatabase(t);
  const { task } = await addTask(database, request({ addresses: [hook("1")] }), 1);
  await cancelTask(database, { id: task.id, scope: "all" }, 5);
  await using one = await api(database);
  await using other = await api(database);
  const [first] = await claimOf(database, one.processId);
  assert.ok(first);
  assert.deepEqual(await claimOf(database, other.processId), []);
  assert.deepEqual(await sendingProcesses(database), [one.processId]);
  await one.close();
  const [again] = await claimOf(database, other.processId);
  assert.equal(again?.attempts, 2);
  await settleMessage(database, first, { outcome: "given up", answer: "late" }, 9);
  assert.equal((await addressesOf(database, task.seq))[0]?.owner, other.processId);
  assert.ok(again);
  await freeMessages(database, other.processId);
  assert.equal((await claimOf(database, other.processId)).length, 1);
  await settleMessage(database, again, { outcome: "given up", answer: "of the try before" }, 9);
  assert.equal((await addressesOf(database, task.seq))[0]?.owner, other.processId);
});

test("outbox: a message that was freed and accepted all the same is not sent again", async (t) => {
  const database = await freshDatabase(t);
  const { task } = await addTask(database, request({ addresses: [hook("1")] }), 1);
  await cancelTask(database, { id: task.id, scope: "all" }, 5);
  await using one = await api(database);
  const [message] = await claimOf(database, one.processId);
  assert.ok(message);
  await freeMessages(database, one.processId);
  await settleMessage(database, message, { outcome: "accepted", answer: "HTTP 200" }, 9);
  assert.deepEqual(await claimOf(database, one.processId), []);
  assert.equal((await addressesOf(database, task.seq))[0]?.accepted_at, 9);
});

test("outbox: a retry withdraws what was not accepted, and the next end is another event", async (t) => {
  const database = await freshDatabase(t);
  const { task } = await addTask(database, request({ addresses: [hook("1")] }), 1);
  const name = { id: task.id, scope: "all" } as const;
  await cancelTask(database, name, 5);
  await using owner = await api(database);
  const [old] = await claimOf(database, owner.processId);
  assert.ok(old);
  await retryTask(database, name, 6);
  assert.deepEqual(await waitingLanes(database), []);
  await cancelTask(database, name, 7);
  const [anew] = await claimOf(database, owner.processId);
  assert.deepEqual([anew?.ends, anew?.attempts], [2, old.attempts]);
  await settleMessage(database, old, { outcome: "accepted", answer: "HTTP 200" }, 8);
  const [row] = await addressesOf(database, task.seq);
  assert.deepEqual([row?.ends, row?.accepted_at, row?.since, row?.next_at], [2, null, 7, 0]);
});

test("outbox: a deleted task tells nobody, whether it had ended or was in work", async (t) => {
  const database = await freshDatabase(t);
  const ended = (await addTask(database, request({ addresses: [hook("1")] }), 1)).task;
  const inWork = (await addTask(database, request({ addresses: [hook("2")] }), 1)).task;
  await cancelTask(database, { id: ended.id, scope: "all" }, 5);
  const lease = await claimed(database);
  assert.equal(lease.task.id, inWork.id);
  for (const { id } of [ended, inWork]) await deleteTask(database, { id, scope: "all" }, false, 6);
  assert.deepEqual(await database.all(query.selectFrom("outbox").selectAll()), []);
});

test("outbox: a receiver that fails is remembered, with what it said, until it accepts", async (t) => {
  const database = await freshDatabase(t);
  const { task } = await addTask(database, request({ addresses: [hook("1")] }), 1);
  await cancelTask(database, { id: task.id, scope: "all" }, 5);
  await using owner = await api(database);
  for (const now of [10, 20]) {
    const [row] = await claimOf(database, owner.processId, now);
    assert.ok(row);
    const away = { outcome: "retry", answer: "nobody listens", nextAt: now + 5, laneRetryAt: now + 5 } as const;
    await settleMessage(database, row, away, now);
  }
  const laneIs = async () => {
    const [known] = await listLanes(database);
    return [known?.failing_since, known?.failures, known?.retry_at, known?.answer, known?.waiting];
  };
  assert.deepEqual(await laneIs(), [10, 2, 25, "nobody listens", 1]);
  assert.equal(await failingSince(database), 10);
  const [refused] = await claimOf(database, owner.processId, 30);
  assert.ok(refused);
  await settleMessage(database, refused, { outcome: "retry", answer: "HTTP 500", nextAt: 31 }, 30);
  assert.deepEqual(await laneIs(), [10, 0, 0, "HTTP 500", 1]);
  const [accepted] = await claimOf(database, owner.processId, 40);
  assert.ok(accepted);
  await settleMessage(database, accepted, { outcome: "accepted", answer: "HTTP 204" }, 40);
  assert.deepEqual(await laneIs(), [null, 0, 0, "HTTP 204", 0]);
});

test("outbox: a receiver that nothing waits for any more does not count as failing", async (t) => {
  const database = await freshDatabase(t);
  const { task } = await addTask(database, request({ addresses: [hook("1")] }), 1);
  await cancelTask(database, { id: task.id, scope: "all" }, 5);
  await using owner = await api(database);
  const [row] = await claimOf(database, owner.processId);
  assert.ok(row);
  await settleMessage(database, row, { outcome: "given up", answer: "HTTP 410" }, 9);
  assert.equal((await listLanes(database))[0]?.failing_since, 9);
  assert.equal(await failingSince(database), undefined);
});

test("outbox: messages for the operator are bounded, and what nobody accepted in time is given up", async (t) => {
  const database = await freshDatabase(t);
  for (let count = 1; count <= 5; count += 1)
    await database.write(
      async (transaction) => await addMessage(transaction, { lane, notice: String(count), most: 3 }, count),
    );
  const waiting = async () =>
    (await database.all(query.selectFrom("outbox").select("notice").where("next_at", "is not", null))).map(
      ({ notice }) => notice,
    );
  assert.deepEqual(await waiting(), ["3", "4", "5"]);
  await endOldMessages(database, { before: 5, answer: "too late" }, 9);
  assert.deepEqual(await waiting(), ["5"]);
  const rows = await database.all(query.selectFrom("outbox").select(["notice", "answer", "gave_up_at"]));
  assert.deepEqual(rows, [{ notice: "5", answer: "", gave_up_at: null }]);
  await database.write(
    async (transaction) => await transaction.run(query.updateTable("outbox").set({ next_at: 1000 })),
  );
  await endOldMessages(database, { before: 5, answer: "too late" }, 900);
  assert.equal((await waitingLanes(database)).length, 1);
  assert.equal((await waitingLanes(database))[0]?.due_at, 1000);
  await endOldMessages(database, { before: 5, answer: "too late" }, 9);
  assert.equal((await waitingLanes(database))[0]?.due_at, 0, "the clock was set back");
});
