import assert from "node:assert/strict";
import { test } from "node:test";
import { dayMs } from "@dwld/timing";
import { insertTask } from "./add-task.ts";
import { cancelTask, deleteTask } from "./cancel-task.ts";
import { cleanHistory } from "./clean-history.ts";
import { query, type Reader } from "../store/database.ts";
import {
  addedTask,
  claimed,
  downloadedTask,
  freshLocation,
  freshDatabase,
  openedAgain,
  openedDatabase,
  request,
} from "../testing/fresh-database.ts";
import {
  changesSince,
  countTasks,
  currentRevision,
  databaseIdentity,
  findOpenTasks,
  findTask,
  listTasks,
  type TaskFilter,
} from "./list-tasks.ts";
import { listPausedSites } from "../sites/site-breaker.ts";
import { noteFacts } from "../attempts/note-facts.ts";
import { releaseLease } from "../leases/end-lease.ts";
import { settleDownload } from "../runner/settle-download.ts";
import { insertTombstone, purgeTombstones } from "./tombstone.ts";
import { searchTasks } from "./search-tasks.ts";

test("list tasks: each filter, and all together, list what they say, newest first", async (t) => {
  const database = await freshDatabase(t);
  const parentId = (await addedTask(database, { chatId: "a", title: "parent" })).id;
  await addedTask(database, { chatId: "a", title: "one", parentId });
  await addedTask(database, { chatId: "b", title: "two", parentId });
  const canceled = await addedTask(database, { chatId: "b", title: "three", parentId });
  await cancelTask(database, { id: canceled.id, scope: "all" }, 2);
  const listed = async (filter: Partial<TaskFilter>) =>
    (await listTasks(database, { scope: "all", states: [], ...filter }, { limit: 9 })).map(({ title }) => title);
  assert.deepEqual(await listed({}), ["three", "two", "one", "parent"]);
  assert.deepEqual(await listed({ states: ["CANCELED"] }), ["three"]);
  assert.deepEqual(await listed({ states: ["CANCELED", "QUEUED", "QUEUED"] }), ["three", "two", "one", "parent"]);
  assert.deepEqual(await listed({ chatId: "a" }), ["one", "parent"]);
  assert.deepEqual(await listed({ chatId: "b", states: ["QUEUED"] }), ["two"]);
  assert.deepEqual(await listed({ parentId }), ["three", "two", "one"]);
  assert.deepEqual(await listed({ parentId, chatId: "b" }), ["three", "two"]);
  assert.deepEqual(await listed({ parentId, chatId: "b", states: ["DONE", "QUEUED"] }), ["two"]);
  assert.deepEqual(await listed({ text: "t" }), ["three", "two", "one", "parent"], "the links have one");
  assert.deepEqual(await listed({ text: "TWO", chatId: "b", parentId, states: ["QUEUED"] }), ["two"]);
});

test("open tasks of a link: those of that chat that are not final, waiting or held", async (t) => {
  const database = await freshDatabase(t);
  const link = "https://videos.example/wanted";
  const held = await addedTask(database, { link, targetQuality: 720 });
  await claimed(database);
  const waiting = await addedTask(database, { link });
  const canceled = await addedTask(database, { link, userName: "ben" });
  await cancelTask(database, { id: canceled.id, scope: "all" }, 2);
  await addedTask(database, { link, chatId: "other" });
  await addedTask(database);
  const found = async (chatId: string) => (await findOpenTasks(database, chatId, link)).map(({ id }) => id);
  assert.deepEqual((await found("chat")).toSorted(), [held.id, waiting.id].toSorted());
  assert.deepEqual(await found(""), []);
  await deleteTask(database, { id: held.id, scope: "all" }, false, 3);
  assert.deepEqual(await found("chat"), [waiting.id]);
});

test("search: a text is found as it is, whatever characters are in it, and in any case of any alphabet", async (t) => {
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
    (await searchTasks(database, { scope: "all", states: [], text }, { limit: 99 }))
      .map(({ title }) => title)
      .toReversed();
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

test("list tasks: pages neither repeat nor skip a task while others come and go", async (t) => {
  const database = await freshDatabase(t);
  const filters: TaskFilter[] = [
    { scope: "all", states: [] },
    { scope: "all", states: ["QUEUED"] },
    { scope: "all", states: ["QUEUED", "CANCELED"] },
    { scope: "all", states: [], chatId: "chat" },
  ];
  for (const filter of filters) {
    const stay = (await Promise.all(Array.from({ length: 20 }, () => addedTask(database)))).map(({ id }) => id);
    const go = await Promise.all(Array.from({ length: 7 }, () => addedTask(database)));
    const [oldest] = stay;
    const seen: string[] = [];
    let before = Number.MAX_SAFE_INTEGER;
    while (!seen.includes(oldest ?? "")) {
      const page = await listTasks(database, filter, { limit: 3, before });
      seen.push(...page.map(({ id }) => id));
      before = page.at(-1)?.seq ?? 0;
      await addedTask(database);
      const gone = go.pop();
      if (gone !== undefined) await deleteTask(database, { id: gone.id, scope: "all" }, false, 2);
    }
    assert.equal(new Set(seen).size, seen.length, "none twice");
    assert.deepEqual(
      seen.filter((id) => stay.includes(id)),
      stay.toReversed(),
      "each of those that stayed, in order",
    );
  }
});

test("counts: hidden tasks are not counted", async (t) => {
  const database = await freshDatabase(t);
  await downloadedTask(database);
  await addedTask(database);
  const lease = await claimed(database);
  await addedTask(database);
  const none = { QUEUED: 0, DOWNLOADING: 0, READY_TO_SEND: 0, SENDING: 0, DONE: 0, FAILED: 0, CANCELED: 0 };
  assert.deepEqual(await countTasks(database, "all"), { ...none, READY_TO_SEND: 1, DOWNLOADING: 1, QUEUED: 1 });
  await deleteTask(database, { id: lease.task.id, scope: "all" }, true, 2);
  assert.deepEqual(
    await countTasks(database, "all"),
    { ...none, READY_TO_SEND: 1, QUEUED: 1 },
    "hidden until its owner lets go",
  );
});

test("changes: each change and deletion comes once, in order, whatever the page size", async (t) => {
  const database = await freshDatabase(t);
  const start = await currentRevision(database);
  const tasks = await Promise.all(Array.from({ length: 5 }, () => addedTask(database)));
  const lease = await claimed(database);
  await noteFacts(database, lease, { title: "known" });
  await deleteTask(database, { id: tasks[3]?.id ?? "", scope: "all" }, false, 2);
  await cancelTask(database, { id: lease.task.id, scope: "all" }, 3);
  await releaseLease(database, lease);
  const told = await readAll(database, start, 100);
  const [first, second, third, fourth, fifth] = tasks.map(({ id }) => id);
  assert.deepEqual(told, [second, third, fifth, `deleted ${fourth}`, first].map(String));
  for (const limit of [1, 2, 3]) assert.deepEqual(await readAll(database, start, limit), told, `${limit} at a time`);
  assert.deepEqual(await readAll(database, await currentRevision(database), 1), []);
});

test("changes: one that another process commits between the two statements comes with the next page", async (t) => {
  const database = await freshDatabase(t);
  const other = await openedAgain(t, database);
  const start = await currentRevision(database);
  await addedTask(database);
  let meddled = false;
  const meddling: Reader = {
    get: async (statement) => await database.get(statement),
    all: async (statement) => {
      const rows = await database.all(statement);
      if (!meddled) {
        meddled = true;
        await other.write(async (transaction) => {
          await insertTask(transaction, request(), 2);
          await insertTombstone(transaction, { id: "gone", chat_id: "" }, 2);
        });
      }
      return rows;
    },
  };
  const told = await readAll(meddling, start, 9);
  assert.equal(told.length, 3);
  assert.deepEqual(told, await readAll(database, start, 9));
});

test("changes: a purge of deletions during the answer is noticed", async (t) => {
  const database = await freshDatabase(t);
  const other = await openedAgain(t, database);
  const { id } = await addedTask(database);
  const start = await currentRevision(database);
  await deleteTask(database, { id, scope: "all" }, false, 1);
  const meddling: Reader = {
    get: async (statement) => await database.get(statement),
    all: async (statement) => {
      await other.write(async (transaction) => await purgeTombstones(transaction, 9, 2 * dayMs));
      return await database.all(statement);
    },
  };
  assert.equal(await changesSince(meddling, start, 9), undefined);
});

test("revision: every visible change raises it, progress and hidden tasks do not", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database);
  const raises = async (change: () => Promise<unknown>) => {
    const before = await currentRevision(database);
    await change();
    return (await currentRevision(database)) > before;
  };
  const lease = await claimed(database);
  assert(!(await raises(() => noteFacts(database, lease, { progress: { percent: 1 } }))));
  assert(await raises(() => noteFacts(database, lease, { height: 720 })));
  const failure = { failureClass: "c", message: "m", advice: { en: "a", ru: "по-русски" } };
  assert(await raises(() => settleDownload(database, lease, { outcome: "failed", failure, retryAt: 50 }, 2)));
  assert.equal((await findTask(database, lease.task.id, "all"))?.not_before, 50);
  const second = await claimed(database, "download", 60);
  assert(await raises(() => deleteTask(database, { id: second.task.id, scope: "all" }, false, 61)));
  assert(!(await raises(() => noteFacts(database, second, { title: "hidden" }))));
});

test("changes: a revision whose deletions were purged, or that never was, is refused", async (t) => {
  const database = await freshDatabase(t);
  const { id } = await addedTask(database);
  const before = await currentRevision(database);
  await deleteTask(database, { id, scope: "all" }, false, 1);
  const after = await currentRevision(database);
  await addedTask(database);
  await cleanHistory(database, { scope: "all", states: [] }, dayMs);
  assert.deepEqual((await readAll(database, before, 9)).length, 2, "a day old: told still");
  await cleanHistory(database, { scope: "all", states: [] }, dayMs + 2);
  assert.equal(await changesSince(database, before, 9), undefined);
  assert.equal((await changesSince(database, after, 9))?.length, 1);
  assert.equal(await changesSince(database, (await currentRevision(database)) + 1, 9), undefined);
});

test("identity: two databases have two, and each keeps its own", async (t) => {
  const one = await openedDatabase(t, await freshLocation(t, "empty"));
  const two = await openedDatabase(t, await freshLocation(t, "empty"));
  assert.notEqual(await databaseIdentity(one), await databaseIdentity(two));
  assert.equal(await databaseIdentity(await openedAgain(t, one)), await databaseIdentity(one));
});

test("paused sites: each is listed until its pause is over", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database, { site: "tube" });
  await database.write(
    async (transaction) =>
      await transaction.run(
        query.updateTable("sites").set({ paused_until: 10, pause_reason: "429" }).where("name", "=", "tube"),
      ),
  );
  assert.deepEqual(
    (await listPausedSites(database, 9)).map(({ name, pause_reason }) => [name, pause_reason]),
    [["tube", "429"]],
  );
  assert.deepEqual(await listPausedSites(database, 10), []);
});

async function readAll(database: Reader, since: number, limit: number): Promise<string[]> {
  const told: string[] = [];
  let revision = since;
  for (;;) {
    const changes = await changesSince(database, revision, limit);
    assert(changes !== undefined);
    if (changes.length === 0) return told;
    for (const change of changes) {
      assert(change.revision > revision, "in order, and none twice");
      revision = change.revision;
      told.push("task" in change ? change.task.id : `deleted ${change.deletedId}`);
    }
  }
}
