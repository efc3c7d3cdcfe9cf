import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { addedTask, freshDatabase } from "../testing/fresh-database.ts";
import { searchTasks } from "./search-tasks.ts";

const all = { states: [] };

test("search: other work goes on between its steps, however much it reads", async (t) => {
  const database = await freshDatabase(t);
  const link = `https://videos.example/${"a".repeat(2000)}`;
  await Promise.all(Array.from({ length: 1000 }, (_, number) => addedTask(database, { link: `${link}${number}` })));
  for (const filter of [{ text: `${"a".repeat(199)}b` }, { site: "nowhere.example" }]) {
    let isOver = false;
    let turns = 0;
    const search = searchTasks(database, { scope: "all", ...all, ...filter }, { limit: 50 }).finally(
      () => (isOver = true),
    );
    for (; !isOver; await setImmediate()) turns += 1;
    assert.deepEqual(await search, []);
    assert.ok(turns >= 10, `${turns} turns of the event loop`);
  }
});

test("search: pages of a site follow each other, and no task comes twice or is left out", async (t) => {
  const database = await freshDatabase(t);
  const wanted: number[] = [];
  for (let number = 0; number < 250; number += 1) {
    const site = number % 3 === 0 ? "tube" : "other";
    const { seq } = await addedTask(database, { site, title: number % 2 === 0 ? "Cat" : "Dog" });
    if (number % 6 === 0) wanted.unshift(seq);
  }
  const told: number[] = [];
  for (let before: number | undefined; ;) {
    const page = await searchTasks(
      database,
      { scope: "all", ...all, site: "tube", text: "CAT" },
      { limit: 7, ...(before && { before }) },
    );
    if (page.length === 0) break;
    told.push(...page.map(({ seq }) => seq));
    before = page.at(-1)?.seq;
  }
  assert.deepEqual(told, wanted);
});
