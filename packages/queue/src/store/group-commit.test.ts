import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { errorCode } from "@dwld/text";
import { eventually } from "@dwld/timing/testing";
import { insertTask } from "../tasks/add-task.ts";
import { type Database, fixed, query, type Transaction } from "./database.ts";
import { addedTask, freshDatabase, request } from "../testing/fresh-database.ts";
import { startProcess } from "../testing/start-process.ts";
import { recordUse } from "../testing/intercept.ts";
import { GroupCommit } from "./group-commit.ts";
import { countTasks, findTask, listTasks } from "../tasks/list-tasks.ts";

const nothing = () => undefined;
const unheard = { guard: nothing, onChange: nothing, onCommit: nothing, onTrouble: nothing };

test("group commit: all writes of one turn of the event loop are one transaction", async (t) => {
  const database = await freshDatabase(t);
  const use = recordUse(database);
  await Promise.all(Array.from({ length: 50 }, () => addedTask(database)));
  assert.equal(use.commits, 1);
  await addedTask(database);
  await addedTask(database);
  assert.equal(use.commits, 3);
});

test("group commit: an error of one caller undoes its own work alone, and is thrown to that caller", async (t) => {
  const database = await freshDatabase(t);
  const broken = new Error("a defect");
  const results = await Promise.allSettled([
    addedTask(database, { chatId: "first" }),
    database.write(async (transaction) => {
      await insertTask(transaction, request({ chatId: "broken" }), 1);
      throw broken;
    }),
    database.write(
      async (transaction) => await transaction.run(query.insertInto("counters").values({ name: "QUEUED", value: 1 })),
    ),
    addedTask(database, { chatId: "last" }),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "rejected", "fulfilled"],
  );
  assert.equal(results[1]?.status === "rejected" && results[1].reason, broken);
  assert.match(String(results[2]?.status === "rejected" && results[2].reason), /unique/i);
  const chats = (await listTasks(database, { scope: "all", states: [] }, { limit: 10 })).map(({ chat_id }) => chat_id);
  assert.deepEqual(chats, ["last", "first"]);
});

test("group commit: one change among many that fails is told to its caller, and the others are stored once", async (t) => {
  const database = await freshDatabase(t);
  const use = recordUse(database);
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (_, index) => addedTask(database, { targetQuality: index === 20 ? 0.5 : index })),
  );
  assert.equal(results.filter(({ status }) => status === "rejected").length, 1);
  assert.match(
    errorCode(results[20]?.status === "rejected" && results[20].reason),
    /^(SQLITE_CONSTRAINT_DATATYPE|22P02)$/,
  );
  assert.equal((await countTasks(database, "all")).QUEUED, 49);
  assert.equal(use.commits, 1);
});

test("group commit: the event loop goes on while another process holds the database", async (t) => {
  const database = await freshDatabase(t);
  const other = await startProcess(t, fork);
  await other.ask("open", database.location);
  const lock = other.ask("lock", 1500);
  await other.told("locked");
  let ran = 0;
  let settled = false;
  const done = database
    .write(async (transaction) => {
      ran += 1;
      return (await insertTask(transaction, request(), 1)).task;
    })
    .finally(() => {
      settled = true;
    });
  let turns = 0;
  for (; !settled; turns++) await pause(5);
  const task = await done;
  await lock;
  assert(turns > 10, `the event loop turned only ${turns} times while the database was held`);
  assert.equal(ran, 1, "the change ran once, in the transaction that came through");
  assert.equal((await findTask(database, task.id, "all"))?.id, task.id);
});

test("group commit: only a commit that changed something notifies, unless all its changes are silent", async (t) => {
  const { engine } = await freshDatabase(t);
  let notifies = 0;
  const commits = new GroupCommit(engine, { ...unheard, onChange: () => (notifies += 1) });
  const counters = query.selectFrom("counters").select("value");
  const insert = async (transaction: Transaction) =>
    await transaction.run(fixed("INSERT INTO imported_links VALUES (?, 1)", randomUUID()));
  const look = async (transaction: Transaction) => await transaction.get(counters);
  await commits.add(insert, { notifies: true });
  assert.equal(notifies, 1);
  await commits.add(insert, { notifies: false });
  await commits.add(look, { notifies: true });
  // In one transaction: a silent change beside a claim that found nothing.
  await Promise.all([commits.add(insert, { notifies: false }), commits.add(look, { notifies: true })]);
  await Promise.allSettled([
    commits.add(
      async (transaction) => {
        await insert(transaction);
        throw new Error("undone");
      },
      { notifies: true },
    ),
  ]);
  assert.equal(notifies, 1);
  await Promise.all([commits.add(insert, { notifies: true }), commits.add(insert, { notifies: true })]);
  assert.equal(notifies, 2);
});

test("group commit: a change that asks for another one gets it in a transaction of its own", async (t) => {
  const database = await freshDatabase(t);
  let inner: Promise<unknown> | undefined;
  await database.write(async () => {
    inner = addedTask(database);
  });
  await inner;
  await eventually(
    "the inner task",
    async () => (await listTasks(database, { scope: "all", states: [] }, { limit: 10 })).length === 1,
  );
});

/** Each awaits something that is not of its transaction. */
const foreignAwaits: Record<string, (database: Database) => Promise<unknown>> = {
  // Longer than a busy machine keeps a process from its next turn.
  "a timer": () => pause(300),
  "another write": (database) => addedTask(database),
  "a read of the database": (database) => findTask(database, "none", "all"),
};

for (const [what, foreign] of Object.entries(foreignAwaits))
  test(`group commit: a change that awaits ${what} is undone and refused at once, and the others are committed`, async (t) => {
    const database = await freshDatabase(t);
    const late = Promise.withResolvers<unknown>();
    const results = await Promise.allSettled([
      addedTask(database, { chatId: "first" }),
      database.write(async (transaction) => {
        await insertTask(transaction, request({ chatId: "broken" }), 1);
        await foreign(database);
        // The change's transaction has ended by now.
        insertTask(transaction, request({ chatId: "late" }), 1).catch(late.resolve);
      }),
      addedTask(database, { chatId: "last" }),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.match(
      String(results[1]?.status === "rejected" && results[1].reason),
      /awaited that is not of this transaction/,
    );
    assert.match(String(await late.promise), /this transaction has ended/);
    const chats = (await listTasks(database, { scope: "all", states: [] }, { limit: 10 })).map(
      ({ chat_id }) => chat_id,
    );
    assert(!chats.includes("broken") && !chats.includes("late"), String(chats));
  });

test("group commit: a read that begins during a transaction sees nothing of what that undoes", async (t) => {
  const database = await freshDatabase(t);
  let reading: Promise<Record<string, number>> | undefined;
  const undone = database.write(async (transaction) => {
    await insertTask(transaction, request(), 1);
    reading = countTasks(database, "all");
    throw new Error("undone");
  });
  await assert.rejects(undone, /undone/);
  assert.equal((await reading)?.["QUEUED"], 0);
});

test("group commit: a read that follows a write sees it", async (t) => {
  const database = await freshDatabase(t);
  for (let count = 1; count <= 20; count++) {
    await addedTask(database);
    assert.equal((await countTasks(database, "all")).QUEUED, count);
  }
});
