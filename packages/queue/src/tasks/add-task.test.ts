import assert from "node:assert/strict";
import { test } from "node:test";
import { addTask, addTasks, hashRequest } from "./add-task.ts";
import { LimitReachedError } from "@dwld/limits";
import { cancelTask, deleteTask, retryTask } from "./cancel-task.ts";
import { cleanHistory } from "./clean-history.ts";
import { addedTask, claimed, freshDatabase, openedAgain, request, sumOf } from "../testing/fresh-database.ts";
import { recordUse } from "../testing/intercept.ts";
import { listTasks } from "./list-tasks.ts";
import type { TaskOptions } from "@dwld/options";

const all = { limit: 100 };

test("add: an equal request joins the task that is not final, whatever it waits for", async (t) => {
  const database = await freshDatabase(t);
  const wanted = request();
  const first = await addTask(database, wanted, 1);
  assert.equal(first.how, "new");
  assert.equal(first.task.state, "QUEUED");
  const again = await addTask(database, { ...wanted, startAfter: 99, title: "another" }, 2);
  assert.deepEqual([again.how, again.task.id], ["joined", first.task.id]);
  await claimed(database);
  assert.equal((await addTask(database, wanted, 3)).how, "joined");
  assert.equal((await listTasks(database, { scope: "all", states: [] }, all)).length, 1);
});

test("add: an equal request is a new task once the earlier one is final", async (t) => {
  const database = await freshDatabase(t);
  const wanted = request();
  const first = await addTask(database, wanted, 1);
  await cancelTask(database, { id: first.task.id, scope: "all" }, 2);
  const second = await addTask(database, wanted, 3);
  assert.equal(second.how, "new");
  assert.notEqual(second.task.id, first.task.id);
});

test("add: requests are equal only if link, chat, user, folder, quality and options are", async (t) => {
  const database = await freshDatabase(t);
  const wanted = request();
  const others = [
    { link: "https://videos.example/other" },
    { chatId: "other" },
    { userName: "other" },
    { folder: "other" },
    { targetQuality: 1 },
    { options: { ...wanted.options, audioOnly: true } },
    { options: { ...wanted.options, subtitleLanguages: ["en"] } },
    { options: { ...wanted.options, playlist: true } },
    { options: { ...wanted.options, playlistLimit: 3 } },
  ];
  for (const other of [{}, ...others]) assert.equal((await addTask(database, { ...wanted, ...other }, 1)).how, "new");
  for (const other of [{}, ...others])
    assert.equal((await addTask(database, { ...wanted, ...other }, 1)).how, "joined");
});

test("add: of several at once each has its own answer, and one that is refused undoes no other", async (t) => {
  const database = await freshDatabase(t);
  const [first, second] = [request({ requestId: "1" }), request()];
  const waiting = await addTask(database, second, 1);
  const refused = request({ targetQuality: 1.5 });
  const use = recordUse(database);
  const results = await addTasks(database, [first, refused, second, first, { ...first, folder: "other" }], 2);
  assert.equal(use.commits, 1);
  const answers = results.map((result) => (result.status === "fulfilled" ? result.value.how : String(result.reason)));
  assert.match(answers[1] ?? "", /cannot store REAL value in INTEGER column|invalid input syntax for type bigint/);
  assert.deepEqual(answers.toSpliced(1, 1), ["new", "joined", "repeated", "contradicts"]);
  const rows = await listTasks(database, { scope: "all", states: [] }, all);
  assert.deepEqual(
    rows.map(({ link }) => link),
    [first.link, second.link],
  );
  assert.deepEqual(results[2]?.status === "fulfilled" && results[2].value.task.id, waiting.task.id);
});

test("add: a chat that has as many waiting tasks as it may gets no new one, and joins and repeats all the same", async (t) => {
  const database = await freshDatabase(t);
  const may = { perChat: { waitingTasks: 2 } };
  const [one, two] = [request({ requestId: "1" }), request()];
  const results = await addTasks(database, [one, two, request(), one, two, request({ chatId: "other" })], 1, may);
  assert.deepEqual(
    results.map((result) => (result.status === "fulfilled" ? result.value.how : (result.reason as Error).name)),
    ["new", "new", "LimitReachedError", "repeated", "joined", "new"],
  );
  await claimed(database);
  const { task } = await addTask(database, request(), 2, may);
  await cancelTask(database, { id: task.id, scope: "all" }, 3);
  await addTask(database, request(), 4, may);
  await assert.rejects(addTask(database, request(), 5, may), LimitReachedError);
  await assert.rejects(retryTask(database, { id: task.id, scope: "all" }, 5, { allowance: may }), LimitReachedError);
});

test("add: the number of a deleted task is not given again, so that page tokens stay true", async (t) => {
  const database = await freshDatabase(t);
  const [, newest] = [await addedTask(database), await addedTask(database)];
  await deleteTask(database, { id: newest.id, scope: "all" }, false, 2);
  assert.equal((await addedTask(database)).seq, newest.seq + 1);
});

test("add: the order in which options are written makes no other request", () => {
  const { options, ...rest } = request();
  const turned = Object.fromEntries(Object.entries(options).toReversed()) as TaskOptions;
  assert.equal(hashRequest({ ...rest, options: turned }), hashRequest({ ...rest, options }));
});

test("add: the same link added twice at once, even by two connections, is one task", async (t) => {
  const database = await freshDatabase(t);
  const second = await openedAgain(t, database);
  const wanted = request();
  const added = await Promise.all([
    addTask(database, wanted, 1),
    addTask(database, wanted, 1),
    addTask(second, wanted, 1),
    addTask(second, wanted, 1),
  ]);
  assert.equal(new Set(added.map(({ task }) => task.id)).size, 1);
  assert.equal(added.filter(({ how }) => how === "new").length, 1);
});

test("add: a repeated request id is answered with its task, even if that is final or was joined", async (t) => {
  const database = await freshDatabase(t);
  const wanted = request({ requestId: "one" });
  const { task } = await addTask(database, wanted, 1);
  assert.equal((await addTask(database, wanted, 2)).how, "repeated");
  const joined = await addTask(database, { ...wanted, requestId: "two" }, 3);
  assert.deepEqual([joined.how, joined.task.id], ["joined", task.id]);
  await cancelTask(database, { id: task.id, scope: "all" }, 4);
  for (const requestId of ["one", "two"]) {
    const repeated = await addTask(database, { ...wanted, requestId }, 5);
    assert.deepEqual([repeated.how, repeated.task.id], ["repeated", task.id], requestId);
  }
  const ofAnotherChat = await addTask(database, request({ requestId: "one", chatId: "other" }), 6);
  assert.equal(ofAnotherChat.how, "new", "a request id means something within its chat alone");
});

test("add: a request id that comes back with another request names its task, and stores nothing", async (t) => {
  const database = await freshDatabase(t);
  const wanted = request({ requestId: "one" });
  const { task } = await addTask(database, wanted, 1);
  for (const change of [{ link: "https://other.example/" }, { targetQuality: 99 }, { userName: "else" }]) {
    const added = await addTask(database, { ...wanted, ...change }, 2);
    assert.deepEqual([added.how, added.task.id], ["contradicts", task.id]);
  }
  assert.equal((await listTasks(database, { scope: "all", states: [] }, { limit: 9 })).length, 1);
});

test("add: a request id is deleted with its task", async (t) => {
  const database = await freshDatabase(t);
  const wanted = request({ requestId: "one" });
  const { task } = await addTask(database, wanted, 1);
  await claimed(database);
  await deleteTask(database, { id: task.id, scope: "all" }, false, 2);
  assert.equal((await addTask(database, wanted, 3)).how, "new", "deleted, and still held by its owner");
  await cancelTask(database, { id: (await addTask(database, wanted, 4)).task.id, scope: "all" }, 5);
  assert.equal(sumOf(await cleanHistory(database, { scope: "all", states: [] }, 6)), 1);
  assert.equal((await addTask(database, wanted, 7)).how, "new", "cleaned from the history");
});

test("add: a start time in the future is waited for, one in the past is not", async (t) => {
  const database = await freshDatabase(t);
  assert.equal((await addedTask(database, { startAfter: 1000 }, 999)).not_before, 1000);
  assert.equal((await addedTask(database, { startAfter: 1000 }, 1000)).not_before, null);
});
