import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanHistory } from "./clean-history.ts";
import { addedTask, claimed, freshDatabase, request } from "../testing/fresh-database.ts";
import { importTasks, knownKeys } from "./import-tasks.ts";
import { countTasks, filesOf, listTasks } from "./list-tasks.ts";
import { parseTexts } from "./texts.ts";

test("import: finished links become history without files, and others are queued in their order", async (t) => {
  const database = await freshDatabase(t);
  const over = { key: "1", request: request({ title: "A film" }), over: { remark: { en: "from elsewhere" } } };
  const [first, second] = [request(), request()];
  const tasks = [over, { key: "2", request: first }, { key: "3", request: second }];
  assert.deepEqual(await importTasks(database, tasks, 50), ["history", "queued", "queued"]);
  const [done] = await listTasks(database, { scope: "all", states: ["DONE"] }, { limit: 9 });
  assert.deepEqual(
    [done?.title, parseTexts(done?.remark_texts ?? null)?.en, done?.created_at, done?.finished_at],
    ["A film", "from elsewhere", 50, 50],
  );
  assert.deepEqual(await filesOf(database, [done?.seq ?? 0]), []);
  assert.equal((await claimed(database)).task.link, first.link);
  assert.equal((await claimed(database)).task.link, second.link);
  assert.equal((await countTasks(database, "all")).DONE, 1);
});

test("import: a key is imported once, even if its task is deleted later", async (t) => {
  const database = await freshDatabase(t);
  const tasks = [
    { key: "over", request: request(), over: {} },
    { key: "open", request: request() },
  ];
  await importTasks(database, tasks, 1);
  assert.deepEqual(await importTasks(database, tasks, 2), ["known", "known"]);
  await cleanHistory(database, { scope: "all", states: [] }, 3);
  assert.deepEqual(await importTasks(database, tasks, 4), ["known", "known"]);
  assert.equal((await countTasks(database, "all")).DONE, 0);
  assert.deepEqual(await knownKeys(database, ["over", "open", "new"]), new Set(["over", "open"]));
});

test("import: a link that waits already is joined, and each key is taken once", async (t) => {
  const database = await freshDatabase(t);
  const wanted = request();
  await addedTask(database, wanted);
  const task = { key: "1", request: wanted };
  assert.deepEqual(await importTasks(database, [task], 2), ["joined"]);
  assert.deepEqual(await importTasks(database, [task], 3), ["known"]);
  assert.equal((await countTasks(database, "all")).QUEUED, 1);
});

test("import: a batch with a link that cannot be stored stores nothing", async (t) => {
  const database = await freshDatabase(t);
  const impossible = request({ targetQuality: "many" as unknown as number });
  const tasks = [
    { key: "1", request: request() },
    { key: "2", request: impossible },
  ];
  await assert.rejects(importTasks(database, tasks, 1), /cannot store|invalid input syntax/);
  assert.equal((await countTasks(database, "all")).QUEUED, 0);
  assert.equal((await knownKeys(database, ["1", "2"])).size, 0);
});
