import assert from "node:assert/strict";
import { test } from "node:test";
import { countTasks, findTask } from "../tasks/list-tasks.ts";
import { addedTask, claimed, freshDatabase } from "../testing/fresh-database.ts";
import { noteFacts } from "../attempts/note-facts.ts";

test("parameters: a text with NUL is stored without it, and found by either spelling", async (t) => {
  const database = await freshDatabase(t);
  const { id } = await addedTask(database, { chatId: "ch\0at", title: "\0a title\0" });
  const task = await findTask(database, `\0${id}`, "all");
  assert.deepEqual([task?.chat_id, task?.title], ["chat", "a title"]);
  for (const chat of ["chat", "cha\0t"]) assert.equal((await countTasks(database, [chat])).QUEUED, 1);
  await noteFacts(database, await claimed(database), { title: "another\0one" });
  assert.equal((await findTask(database, id, "all"))?.title, "anotherone");
});

test("parameters: a list with half of a surrogate pair is a list", async (t) => {
  const database = await freshDatabase(t);
  await addedTask(database, { chatId: "chat\uD83D" });
  assert.equal((await countTasks(database, ["chat\uD83D", "other"])).QUEUED, 1);
});
