import assert from "node:assert/strict";
import { test } from "node:test";
import { insertTask } from "./add-task.ts";
import { cancelTask, deleteTask } from "./cancel-task.ts";
import { cleanHistory } from "./clean-history.ts";
import { query, type Transaction } from "../table/database.ts";
import {
  addedTask,
  claimed,
  downloadedTask,
  freshDatabase,
  openedDatabase,
  request,
} from "../fixture/fresh-database.ts";
import {
  changesSince,
  countTasks,
  currentRevision,
  databaseIdentity,
  findOpenTasks,
  findTask,
  listPausedSites,
  listTasks,
  type TaskFilter,
} from "./list-tasks.ts";
import { noteMedia, noteProgress } from "../download/note-facts.ts";
import { releaseLease } from "../lease/end-lease.ts";
import { settleDownload } from "../download/settle-download.ts";
import { bury, forgetTombstones } from "./tombstone.ts";
import { searchTasks } from "./search-tasks.ts";

const dayMs = 24 * 60 * 60 * 1000;

test("each filter, and all together, list what they say, newest first", async (t) => {
  const database = await freshDatabase(t);
  const parentId = (await addedTask(database, { chatId: "a", title: "parent" })).id;
  await addedTask(database, { chatId: "a", title: "one", parentId });
  await addedTask(database, { chatId: "b", title: "two", parentId });
  const canceled = await addedTask(database, { chatId: "b", title: "three", parentId });
  await cancelTask(database, canceled.id, 2);
  const listed = (filter: Partial<TaskFilter>) =>
    listTasks(database, { states: [], ...filter }, { limit: 9 }).map(({ title }) => title);
  assert.deepEqual(listed({}), ["three", "two", "one", "parent"]);
  assert.deepEqual(listed({ states: ["CANCELED"] }), ["three"]);
  assert.deepEqual(listed({ states: ["CANCELED", "QUEUED", "QUEUED"] }), ["three", "two", "one", "parent"]);
  assert.deepEqual(listed({ chatId: "a" }), ["one", "parent"]);
  assert.deepEqual(listed({ chatId: "b", states: ["QUEUED"] }), ["two"]);
  assert.deepEqual(listed({ parentId }), ["three", "two", "one"]);
  assert.deepEqual(listed({ parentId, chatId: "b" }), ["three", "two"]);
  assert.deepEqual(listed({ parentId, chatId: "b", states: ["DONE", "QUEUED"] }), ["two"]);
  assert.deepEqual(listed({ text: "t" }), ["three", "two", "one", "parent"], "the links have one");
  assert.deepEqual(listed({ text: "TWO", chatId: "b", parentId, states: ["QUEUED"] }), ["two"]);
});

test("what is open of a link are its tasks of that chat that are not final, waiting or held", async (t) => {
  const database = await freshDatabase(t);
  const link = "https://videos.example/wanted";
  const held = await addedTask(database, { link, targetQuality: 720 });
  await claimed(database);
  const waiting = await addedTask(database, { link });
  const canceled = await addedTask(database, { link, userName: "ben" });
  await cancelTask(database, canceled.id, 2);
  await addedTask(database, { link, chatId: "other" });
  await addedTask(database);
  const found = (chatId: string) => findOpenTasks(database, chatId, link).map(({ id }) => id);
  assert.deepEqual(found("chat").toSorted(), [held.id, waiting.id].toSorted());
  assert.deepEqual(found(""), []);
  await deleteTask(database, held.id, false, 3);
  assert.deepEqual(found("chat"), [waiting.id]);
});

test("a text is looked for as it is, whatever signs are in it, and its case is ignored in any alphabet", async (t) => {
  const database = await freshDatabase(t);
  const signs = [
    "100%",
    "a_b",
    String.raw`c\d`,
    "[e]",
    "f*g",
    "h?i",
    "'; DROP TABLE tasks; --",
    "^j-k",
    "ЖУК",
    "Straße",
  ];
  for (const title of signs) await addedTask(database, { title });
  const found = async (text: string) =>
    (await searchTasks(database, { states: [], text }, { limit: 99 })).map(({ title }) => title).toReversed();
  for (const sign of signs) {
    assert.deepEqual(await found(sign), [sign]);
    assert.deepEqual(await found(sign.toLowerCase()), [sign]);
  }
  for (const sign of ["%", "_", "[", "]", "*", "?", "'", "^", "-"])
    assert.deepEqual(
      await found(sign),
      signs.filter((title) => title.includes(sign)),
      sign,
    );
  assert.deepEqual(await found("nowhere"), []);
});

test("pages neither repeat nor skip what was there, while tasks come and go", async (t) => {
  const database = await freshDatabase(t);
  const filters: TaskFilter[] = [
    { states: [] },
    { states: ["QUEUED"] },
    { states: ["QUEUED", "CANCELED"] },
    { states: [], chatId: "chat" },
  ];
  for (const filter of filters) {
    const stay = (await Promise.all(Array.from({ length: 20 }, () => addedTask(database)))).map(({ id }) => id);
    const go = await Promise.all(Array.from({ length: 7 }, () => addedTask(database)));
    const [oldest] = stay;
    const seen: string[] = [];
    let before = Number.MAX_SAFE_INTEGER;
    while (!seen.includes(oldest ?? "")) {
      const page = listTasks(database, filter, { limit: 3, before });
      seen.push(...page.map(({ id }) => id));
      before = page.at(-1)?.seq ?? 0;
      await addedTask(database);
      const gone = go.pop();
      if (gone !== undefined) await deleteTask(database, gone.id, false, 2);
    }
    assert.equal(new Set(seen).size, seen.length, "none twice");
    assert.deepEqual(
      seen.filter((id) => stay.includes(id)),
      stay.toReversed(),
      "each of those that stayed, in order",
    );
  }
});

test("the counts are those of what can be seen", async (t) => {
  const database = await freshDatabase(t);
  await downloadedTask(database);
  await addedTask(database);
  const lease = await claimed(database);
  await addedTask(database);
  const none = { QUEUED: 0, DOWNLOADING: 0, READY_TO_SEND: 0, SENDING: 0, DONE: 0, FAILED: 0, CANCELED: 0 };
  assert.deepEqual(countTasks(database), { ...none, READY_TO_SEND: 1, DOWNLOADING: 1, QUEUED: 1 });
  await deleteTask(database, lease.task.id, true, 2);
  assert.deepEqual(countTasks(database), { ...none, READY_TO_SEND: 1, QUEUED: 1 }, "hidden until its owner lets go");
});

test("every change and deletion is told once, in order, by whatever pages it is read", async (t) => {
  const database = await freshDatabase(t);
  const start = currentRevision(database);
  const tasks = await Promise.all(Array.from({ length: 5 }, () => addedTask(database)));
  const lease = await claimed(database);
  await noteMedia(database, lease, { title: "known" });
  await deleteTask(database, tasks[3]?.id ?? "", false, 2);
  await cancelTask(database, lease.task.id, 3);
  await releaseLease(database, lease);
  const told = readAll(database, start, 100);
  const [first, second, third, fourth, fifth] = tasks.map(({ id }) => id);
  assert.deepEqual(told, [second, third, fifth, `deleted ${fourth}`, first].map(String));
  for (const limit of [1, 2, 3]) assert.deepEqual(readAll(database, start, limit), told, `${limit} at a time`);
  assert.deepEqual(readAll(database, currentRevision(database), 1), []);
});

test("what another process commits between the two looks of one question is told by the next", async (t) => {
  const database = await freshDatabase(t);
  const other = await openedDatabase(t, database.path);
  const start = currentRevision(database);
  await addedTask(database);
  let meddled = false;
  const meddling: Transaction = {
    get: (statement) => database.get(statement),
    run: (statement) => database.run(statement),
    all: (statement) => {
      const rows = database.all(statement);
      if (!meddled) {
        meddled = true;
        insertTask(other, request(), 2);
        bury(other, "gone", [], 2);
      }
      return rows;
    },
  };
  const told = readAll(meddling, start, 9);
  assert.equal(told.length, 3);
  assert.deepEqual(told, readAll(database, start, 9));
});

test("what is forgotten while the question is answered is not taken for nothing", async (t) => {
  const database = await freshDatabase(t);
  const other = await openedDatabase(t, database.path);
  const { id } = await addedTask(database);
  const start = currentRevision(database);
  await deleteTask(database, id, false, 1);
  const meddling: Transaction = {
    get: (statement) => database.get(statement),
    run: (statement) => database.run(statement),
    all: (statement) => {
      forgetTombstones(other, 9, 2 * dayMs);
      return database.all(statement);
    },
  };
  assert.equal(changesSince(meddling, start, 9), undefined);
});

test("every change that somebody may see raises the revision, progress and what is hidden do not", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database);
  const raises = async (change: () => Promise<unknown>) => {
    const before = currentRevision(database);
    await change();
    return currentRevision(database) > before;
  };
  const lease = await claimed(database);
  assert(!(await raises(() => noteProgress(database, lease, { percent: 1 }))));
  assert(await raises(() => noteMedia(database, lease, { height: 720 })));
  const failure = { failureClass: "c", message: "m", advice: { en: "a", ru: "по-русски" } };
  assert(await raises(() => settleDownload(database, lease, { outcome: "failed", failure, retryAt: 50 }, 2)));
  assert.equal(findTask(database, lease.task.id)?.not_before, 50);
  const second = await claimed(database, "download", 60);
  assert(await raises(() => deleteTask(database, second.task.id, false, 61)));
  assert(!(await raises(() => noteMedia(database, second, { title: "hidden" }))));
});

test("who asks since a revision whose deletions are forgotten, or that never was, is told so", async (t) => {
  const database = await freshDatabase(t);
  const { id } = await addedTask(database);
  const before = currentRevision(database);
  await deleteTask(database, id, false, 1);
  const after = currentRevision(database);
  await addedTask(database);
  await cleanHistory(database, { states: [] }, dayMs);
  assert.deepEqual(readAll(database, before, 9).length, 2, "a day old: told still");
  await cleanHistory(database, { states: [] }, dayMs + 2);
  assert.equal(changesSince(database, before, 9), undefined);
  assert.equal(changesSince(database, after, 9)?.length, 1);
  assert.equal(changesSince(database, currentRevision(database) + 1, 9), undefined);
});

test("two databases have two identities, and one keeps its own", async (t) => {
  const [one, two] = [await freshDatabase(t), await freshDatabase(t)];
  assert.notEqual(databaseIdentity(one), databaseIdentity(two));
  assert.equal(databaseIdentity(await openedDatabase(t, one.path)), databaseIdentity(one));
});

test("paused sites are listed until their pause is over", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database, { site: "tube" });
  database.run(query.updateTable("sites").set({ paused_until: 10, pause_reason: "429" }).where("name", "=", "tube"));
  assert.deepEqual(
    listPausedSites(database, 9).map(({ name, pause_reason }) => [name, pause_reason]),
    [["tube", "429"]],
  );
  assert.deepEqual(listPausedSites(database, 10), []);
});

function readAll(database: Transaction, since: number, limit: number): string[] {
  const told: string[] = [];
  let revision = since;
  for (;;) {
    const changes = changesSince(database, revision, limit);
    assert(changes !== undefined);
    if (changes.length === 0) return told;
    for (const change of changes) {
      assert(change.revision > revision, "in order, and none twice");
      revision = change.revision;
      told.push("task" in change ? change.task.id : `deleted ${change.deletedId}`);
    }
  }
}
