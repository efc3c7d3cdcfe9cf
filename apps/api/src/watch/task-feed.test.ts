import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { currentRevision } from "@dwld/queue";
import { eventually } from "@dwld/testbed";
import { connectInMemory, openContext } from "../testing/served-api.ts";

test("feed: with slow reads and many notifications, each change comes once, in its order", async (context) => {
  const opened = await openContext();
  context.after(() => opened.close());
  const { database, feed } = opened.context;
  const client = connectInMemory(opened);
  const all = database.all.bind(database);
  database.all = async (statement) => {
    const rows = await all(statement);
    await nextTurn();
    return rows;
  };
  // Two watchers come at once, before either has read where it stands.
  const [close, closeOther] = await Promise.all([feed.open(), feed.open()]);
  const before = await currentRevision(database);
  assert.equal(feed.revision, before);
  const links = Array.from({ length: 20 }, (_, index) => `https://videos.example/${index}`);
  for (const link of links) {
    await client.addTask({ link });
    database.notifier.notify(["changes"]);
  }
  const after = await currentRevision(database);
  await eventually("the feed has read everything", () => feed.revision === after);
  const changes = (await feed.changesAfter(before, feed.identity)) ?? [];
  assert.deepEqual(
    changes.map(({ task }) => task?.row.link),
    links,
  );
  close();
  closeOther();
  assert.equal(feed.watchers, 0);
});

test("feed: a poll that cannot count the tasks is tried again without a change", async (context) => {
  const opened = await openContext();
  context.after(() => opened.close());
  const { database, feed } = opened.context;
  await connectInMemory(opened).addTask({ link: "https://videos.example/1" });
  const close = await feed.open();
  const all = database.all.bind(database);
  let counts = 0;
  database.all = async (statement) => {
    if (statement.compile().sql.includes("FROM counters") && ++counts === 1)
      throw new Error("the disk does not answer");
    return await all(statement);
  };
  await eventually("the tasks are counted again and again", () => counts > 3);
  close();
});
