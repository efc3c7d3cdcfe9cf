import assert from "node:assert/strict";
import { test } from "node:test";
import type { Lease } from "./claim-task.ts";
import { addTasks } from "../tasks/add-task.ts";
import { addedTask, claimed, file, freshDatabase, request } from "../testing/fresh-database.ts";
import { settleDownload } from "../runner/settle-download.ts";

const flood = 2000;

test("flood: the links of one chat cost a link of another no more than one place in the line for downloads", async (t) => {
  const database = await freshDatabase(t);
  const links = Array.from({ length: flood }, () => request({ chatId: "flooder" }));
  assert.ok((await addTasks(database, links, 1)).every(({ status }) => status === "fulfilled"));
  // At any depth of the flood, and for two others at once.
  for (const depth of [0, 1, 7, 40]) {
    for (let count = 0; count < depth; count += 1) await claimed(database);
    for (const chatId of ["ann", "bob"]) await addedTask(database, { chatId });
    const chats = [await claimed(database), await claimed(database), await claimed(database)].map(chatOf);
    assert.deepEqual(chats, ["flooder", "ann", "bob"], `after ${depth}`);
  }
});

test("flood: no more than one place in the line for deliveries, too, if they are slower than downloads", async (t) => {
  const database = await freshDatabase(t);
  const download = async (chatId: string, count: number) => {
    await addTasks(
      database,
      Array.from({ length: count }, () => request({ chatId })),
      1,
    );
    for (let one = 0; one < count; one += 1) {
      const outcome = { outcome: "downloaded", files: [file], media: {}, host: "here" } as const;
      await settleDownload(database, await claimed(database), outcome, 2);
    }
  };
  await download("flooder", 100);
  for (const depth of [0, 1, 7]) {
    for (let count = 0; count < depth; count += 1) await claimed(database, "delivery");
    await download("ann", 1);
    const chats = [await claimed(database, "delivery"), await claimed(database, "delivery")].map(chatOf);
    assert.deepEqual(chats, ["flooder", "ann"], `after ${depth}`);
  }
});

function chatOf({ task }: Lease): string {
  return task.chat_id;
}
