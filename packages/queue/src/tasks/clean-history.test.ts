import assert from "node:assert/strict";
import { test } from "node:test";
import { cancelTask, retryTask } from "./cancel-task.ts";
import { cleanHistory, countHistory, type HistoryFilter, forgetTasks } from "./clean-history.ts";
import { type Database, query } from "../store/database.ts";
import {
  addedTask,
  claimed,
  downloadedTask,
  file,
  freshDatabase,
  row,
  rowIfThere,
  sumOf,
  deliverDue,
} from "../testing/fresh-database.ts";
import { beforeWrites } from "../testing/intercept.ts";
import { deletedSince, filesToRemove } from "./pending-cleanup.ts";
import { testHost } from "../testing/test-host.ts";
import { countTasks, filesOf, listTasks } from "./list-tasks.ts";
import { releaseLease } from "../leases/end-lease.ts";

async function canceled(database: Database, now: number, chatId = "chat") {
  const task = await addedTask(database, { chatId });
  await cancelTask(database, { id: task.id, scope: "all" }, now);
  return task;
}

test("clean history: only final tasks that fit the filter are deleted, and counted", async (t) => {
  const database = await freshDatabase(t);
  await downloadedTask(database, { chatId: "a" });
  await deliverDue(database, 10);
  await canceled(database, 20, "a");
  await canceled(database, 30, "b");
  await addedTask(database, { chatId: "a" });
  const clean = async (filter: Partial<HistoryFilter>) => {
    const counted = await countHistory(database, { scope: "all", states: [], ...filter });
    const forgotten = await cleanHistory(database, { scope: "all", states: [], ...filter }, 99);
    assert.deepEqual(counted, forgotten, "what is counted beforehand is what is forgotten");
    return sumOf(forgotten);
  };
  assert.equal(await clean({ finishedBefore: 10 }), 0);
  assert.equal(await clean({ states: ["FAILED"] }), 0);
  assert.equal(await clean({ states: ["DONE"], chatId: "b" }), 0);
  assert.equal(await clean({ states: ["DONE"], chatId: "a", finishedBefore: 11 }), 1);
  assert.equal(await clean({ chatId: "b" }), 1);
  assert.equal(await clean({}), 1);
  assert.equal(await clean({}), 0);
  assert.deepEqual(
    (await listTasks(database, { scope: "all", states: [] }, { limit: 9 })).map(({ state }) => state),
    ["QUEUED"],
  );
});

test("clean history: attempts, files and request ids go with a task, its videos stay, and watchers are told", async (t) => {
  const database = await freshDatabase(t);
  const { seq, id } = await downloadedTask(database, { requestId: "r" }, [file]);
  await deliverDue(database, 10);
  assert.equal(sumOf(await cleanHistory(database, { scope: "all", states: ["DONE"] }, 20)), 1);
  assert.equal(await rowIfThere(database, seq), undefined);
  assert.deepEqual(await filesOf(database, [seq]), []);
  for (const table of ["requests", "attempts"] as const)
    assert.deepEqual(await database.all(query.selectFrom(table).selectAll()), []);
  assert.deepEqual(await deletedSince(database, 0), [id]);
  assert.deepEqual(await filesToRemove(database, testHost), []);
});

test("clean history: a canceled task stays until its owner has released it", async (t) => {
  const database = await freshDatabase(t);
  const { seq, id } = await addedTask(database);
  const lease = await claimed(database);
  await cancelTask(database, { id, scope: "all" }, 2);
  assert.equal(sumOf(await cleanHistory(database, { scope: "all", states: [] }, 3)), 0);
  assert.equal((await row(database, seq)).owner, lease.token);
  await releaseLease(database, lease);
  assert.equal(sumOf(await cleanHistory(database, { scope: "all", states: [] }, 4)), 1);
});

test("clean history: each batch has a transaction of its own", async (t) => {
  const database = await freshDatabase(t);
  const tasks = await Promise.all(Array.from({ length: 450 }, () => addedTask(database)));
  await Promise.all(tasks.map(({ id }) => cancelTask(database, { id, scope: "all" }, 2)));
  let writes = 0;
  beforeWrites(database, () => {
    writes += 1;
  });
  assert.equal(sumOf(await cleanHistory(database, { scope: "all", states: [] }, 3)), 450);
  assert(writes >= 3);
  assert.equal((await countTasks(database, "all")).CANCELED, 0);
});

test("clean history: of the named tasks, those are deleted that are final and held by nobody", async (t) => {
  const database = await freshDatabase(t);
  const held = await addedTask(database);
  await claimed(database);
  await cancelTask(database, { id: held.id, scope: "all" }, 2);
  const over = await Promise.all(Array.from({ length: 250 }, () => canceled(database, 2)));
  const [again] = over;
  await retryTask(database, { id: again?.id ?? "", scope: "all" }, 3);
  const waiting = await addedTask(database);
  const other = await canceled(database, 2);
  const named = [held, waiting, ...over].map(({ id }) => id);
  const forgotten = await forgetTasks(database, [...named, "nobody"], 4);
  assert.deepEqual(new Set(forgotten), new Set(over.slice(1).map(({ id }) => id)));
  assert.deepEqual(
    (await listTasks(database, { scope: "all", states: [] }, { limit: 9 })).map(({ id }) => id),
    [other.id, waiting.id, again?.id, held.id],
  );
  assert.equal((await deletedSince(database, 0)).length, 249);
});
