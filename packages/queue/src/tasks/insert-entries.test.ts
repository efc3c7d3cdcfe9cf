import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultOptions, parseOptions } from "@dwld/options";
import { addedTask, freshDatabase, row } from "../testing/fresh-database.ts";
import { type Beyond, insertEntries } from "./insert-entries.ts";
import { listTasks } from "./list-tasks.ts";

const all = { limit: 100 };

test("playlist: its entries are tasks of the same chat, user, folder and options, one each", async (t) => {
  const database = await freshDatabase(t);
  const parent = await addedTask(database, {
    chatId: "c",
    userName: "u",
    folder: "f",
    targetQuality: 720,
    options: { ...defaultOptions, audioOnly: true, subtitleLanguages: ["ru"], playlist: true, playlistLimit: 5 },
  });
  const entries = [
    { link: "https://m.tube.example/1", title: "one" },
    { link: "https://m.tube.example/1", title: "the same again" },
    { link: "https://elsewhere.example/2", title: "two" },
  ];
  const sites = { tube: { hosts: ["tube.example"] } };
  const listed = { entries, sites };
  const inserted = await database.write(async (transaction) => await insertEntries(transaction, parent, listed, 2));
  assert.deepEqual(inserted, { count: 2, remark: undefined });
  const [two, one] = await listTasks(database, { scope: "all", states: [], parentId: parent.id }, all);
  assert(one !== undefined && two !== undefined);
  assert.deepEqual([one.site, one.title, two.site], ["tube", "one", "elsewhere.example"]);
  for (const task of [one, two]) {
    assert.deepEqual([task.chat_id, task.user_name, task.folder, task.target_quality], ["c", "u", "f", 720]);
    assert.deepEqual(parseOptions(task), { ...defaultOptions, audioOnly: true, subtitleLanguages: ["ru"] });
  }
  assert.equal((await row(database, parent.seq)).child_count, 0, "the count is its settling's to write");
});

const limited: [
  what: string,
  waitingTasks: number,
  beyond: Beyond | undefined,
  count: number,
  remark: RegExp | undefined,
][] = [
  ["all have room", 4, undefined, 3, undefined],
  ["the list is longer", 9, { most: 3, total: 250 }, 3, /taken: 3 of 250\. .*: at most 3 entries of a playlist/],
  ["nobody knows how long it is", 9, { most: 3 }, 3, /taken: the first 3\. .*: at most 3 entries of a playlist/],
  [
    "the chat has no more room",
    3,
    undefined,
    2,
    /taken: 2 of 3\. .*: too many links of this chat wait.*: at most 3\.$/,
  ],
  ["both", 2, { most: 3, total: 250 }, 1, /taken: 1 of 250\. .*: too many links of this chat/],
];
for (const [what, waitingTasks, beyond, count, remark] of limited)
  test(`insert entries: ${what}: ${count} are taken, and the remark says so`, async (t) => {
    const database = await freshDatabase(t);
    const parent = await addedTask(database);
    const entries = [1, 2, 3].map((entry) => ({ link: `https://tube.example/${entry}`, title: "" }));
    const listed = { entries, sites: {}, allowance: { perChat: { waitingTasks } }, ...(beyond && { beyond }) };
    const inserted = await database.write(async (transaction) => await insertEntries(transaction, parent, listed, 2));
    assert.equal(inserted.count, count);
    if (remark === undefined) assert.equal(inserted.remark, undefined);
    else assert.match(inserted.remark?.en ?? "", remark);
    assert.equal((await listTasks(database, { scope: "all", states: [], parentId: parent.id }, all)).length, count);
  });
