import assert from "node:assert/strict";
import { test } from "node:test";
import { LimitReachedError } from "@dwld/limits";
import { cancelTask, cancellation, deletion, retrial } from "./cancel-task.ts";
import { changeTasks, type Outcome, type Selection } from "./change-tasks.ts";
import { keptEnd } from "./finish-recording.ts";
import { listTasks } from "./list-tasks.ts";
import { changeTask, isRefusal, type TaskChange } from "./task-change.ts";
import { query } from "../store/database.ts";
import type { Database } from "../store/database.ts";
import { taskStates } from "../store/task-state.ts";
import { addedTask, freshDatabase, row, rowIfThere } from "../testing/fresh-database.ts";
import { beforeWrites, recordUse } from "../testing/intercept.ts";
import { taskIn } from "../testing/task-in-state.ts";

const all = { scope: "all", filter: { states: [] } } as const;

/** Changes tasks, and returns the outcomes of each step. */
async function changed(
  database: Database,
  change: TaskChange,
  selection: Selection = all,
  { counts = false, signal = new AbortController().signal } = {},
): Promise<(readonly Outcome[])[]> {
  return await Array.fromAsync(changeTasks(database, change, selection, { now: () => 9, counts, signal }));
}

function idsOf(steps: readonly (readonly Outcome[])[]): string[] {
  return steps.flat().map(({ id }) => id);
}

/** Returns in short how a change of one task ended. */
function inShort(outcome: Outcome | undefined): string {
  if (outcome?.refusal === undefined) return "changed";
  return outcome.refusal instanceof LimitReachedError ? outcome.refusal.reached.subject : outcome.refusal.refused;
}

const changes = { cancellation, keptEnd, retrial: retrial({}), deletion: deletion(false) };

for (const [name, change] of Object.entries(changes))
  test(`change tasks: ${name} does to one of many what it does to one alone, in each state`, async (t) => {
    for (const state of taskStates) {
      const [alone, together, filtered] = [await freshDatabase(t), await freshDatabase(t), await freshDatabase(t)];
      const one = await taskIn[state](alone);
      const result = await changeTask(alone, change, { id: one.id, scope: "all" }, 9);
      const expected = result !== undefined && isRefusal(result) ? result.refused : "changed";
      /** The row, or whether it is gone, without what differs in each database. */
      const left = async (database: Database, seq: number) => {
        const task = await rowIfThere(database, seq);
        return task && { ...task, id: "", link: "", request_hash: "", owner: task.owner === null };
      };
      const after = await left(alone, one.seq);

      const named = await taskIn[state](together);
      const selection = { scope: "all", ids: [named.id, named.id] } as const;
      const seen = await changed(together, change, selection, { counts: true });
      assert.equal(await row(together, named.seq).then((task) => task.state), state, "counted, it is not changed");
      const [outcomes = []] = await changed(together, change, selection);
      assert.deepEqual(outcomes.map(inShort), [expected], state);
      assert.deepEqual(seen.flat().map(inShort), [expected]);
      assert.deepEqual(await left(together, named.seq), after);

      const other = await taskIn[state](filtered);
      const counted = await changed(filtered, change, all, { counts: true });
      const found = await changed(filtered, change);
      assert.deepEqual(idsOf(found), idsOf(counted));
      const isChanged = expected === "changed" && !(change === cancellation && state === "CANCELED");
      assert.deepEqual(idsOf(found), isChanged ? [other.id] : [], state);
      if (isChanged) assert.deepEqual(await left(filtered, other.seq), after);
      assert.deepEqual(idsOf(await changed(filtered, change)), change === keptEnd ? idsOf(found) : [], "repeated");
    }
  });

test("change tasks: those of a filter are changed by transactions of at most a hundred, and none that is added meanwhile", async (t) => {
  const database = await freshDatabase(t);
  for (let count = 0; count < 250; count += 1) await addedTask(database, { site: count % 2 === 0 ? "even" : "odd" });
  const even = { scope: "all", filter: { states: [], site: "even" } } as const;
  for (const change of [cancellation, retrial({})]) {
    let added = 0;
    const end = beforeWrites(database, async () => {
      if (added > 0) return;
      for (added = 1; added <= 3; added += 1) {
        const { id } = await addedTask(database, { site: "even" });
        if (change !== cancellation) await cancelTask(database, { id, scope: "all" }, 3);
      }
    });
    const use = recordUse(database);
    const steps = await changed(database, change, even);
    end();
    assert.ok(steps.every((outcomes) => outcomes.length <= 100));
    assert.ok(use.commits >= 3, `${use.commits} commits`);
    assert.equal(steps.flat().length, 125);
  }
  const states = await database.all(
    query
      .selectFrom("tasks")
      .select(({ fn }) => ["state", "site", fn.countAll<number>().as("count")])
      .groupBy(["site", "state"])
      .orderBy("site"),
  );
  assert.deepEqual(states, [
    { state: "CANCELED", site: "even", count: 3 },
    { state: "QUEUED", site: "even", count: 128 },
    { state: "QUEUED", site: "odd", count: 125 },
  ]);
});

test("change tasks: a step that takes long ends sooner, and what others ask for is done between two steps", async (t) => {
  const database = await freshDatabase(t);
  const ids: string[] = [];
  for (let count = 0; count < 12; count += 1) ids.push((await addedTask(database)).id);
  const slow: TaskChange = {
    ...cancellation,
    decide: async (reader, task) => {
      for (const endMs = performance.now() + 5; performance.now() < endMs;);
      return await cancellation.decide(reader, task);
    },
  };
  const turns: string[] = [];
  const both = Array.from({ length: 2 }, async (_, call) => {
    const options = { now: () => 9, counts: false, signal: new AbortController().signal };
    for await (const outcomes of changeTasks(
      database,
      slow,
      { scope: "all", ids: ids.slice(call * 6, call * 6 + 6) },
      options,
    )) {
      assert.ok(outcomes.length <= 2);
      turns.push(`step of ${call}`);
      if (turns.length === 1) await addedTask(database).then(() => turns.push("other"));
    }
  });
  await Promise.all(both);
  assert.ok(turns.indexOf("other") < 4, turns.join());
  assert.notDeepEqual(
    turns.filter((turn) => turn !== "other"),
    turns.filter((turn) => turn !== "other").toSorted(),
    "calls take turns",
  );
});

test("change tasks: an aborted call changes nothing after the step that it is in", async (t) => {
  const database = await freshDatabase(t);
  for (let count = 0; count < 250; count += 1) await addedTask(database);
  const leaving = new AbortController();
  const steps: number[] = [];
  const options = { now: () => 9, counts: false, signal: leaving.signal };
  await assert.rejects(
    async () => {
      for await (const outcomes of changeTasks(database, deletion(false), all, options)) {
        steps.push(outcomes.length);
        leaving.abort(new Error("gone"));
      }
    },
    { message: "gone" },
  );
  assert.equal(steps.length, 1);
  assert.equal((await listTasks(database, { scope: "all", states: [] }, { limit: 999 })).length, 250 - (steps[0] ?? 0));
});

test("change tasks: one that a filter no longer fits when its turn comes stays as it is", async (t) => {
  const database = await freshDatabase(t);
  const failed: string[] = [];
  for (let count = 0; count < 3; count += 1) failed.unshift((await taskIn.FAILED(database)).id);
  const slow: TaskChange = {
    ...deletion(true),
    decide: (reader, task) => {
      for (const endMs = performance.now() + 9; performance.now() < endMs;);
      return deletion(true).decide(reader, task);
    },
  };
  const selection: Selection = { scope: "all", filter: { states: ["FAILED"] } };
  const options = { now: () => 9, counts: false, signal: new AbortController().signal };
  const outcomes: Outcome[] = [];
  for await (const step of changeTasks(database, slow, selection, options)) {
    if (outcomes.length === 0) await changeTask(database, retrial({}), { id: failed[1] ?? "", scope: "all" }, 9);
    outcomes.push(...step);
  }
  assert.deepEqual(outcomes.map(inShort), ["changed", "wrong_state", "changed"]);
  const [left, another] = await listTasks(database, { scope: "all", states: [] }, { limit: 9 });
  assert.deepEqual([left?.id, left?.state, another], [failed[1], "QUEUED", undefined]);
});

test("retry tasks: the oldest begins first; of equal ones, and beyond the limit of a chat, the others stay as they are", async (t) => {
  const database = await freshDatabase(t);
  const canceled = async (chatId: string, link?: string) => {
    const { id } = await addedTask(database, { chatId, ...(link === undefined ? {} : { link }) });
    await cancelTask(database, { id, scope: "all" }, 3);
    return id;
  };
  const [one, two, three] = [await canceled("a"), await canceled("a"), await canceled("a")];
  await canceled("a");
  const [first, equal] = [
    await canceled("b", "https://videos.example/x"),
    await canceled("b", "https://videos.example/x"),
  ];
  const last = await canceled("c");
  const admitted: string[] = [];
  const change = retrial({
    allowance: { perChat: { waitingTasks: 2 } },
    admit: ({ id }) => void admitted.push(id),
  });
  const end = beforeWrites(database, () => {
    end();
    // The refused write joins the transaction of the first step, all of which is run again.
    process.nextTick(() => {
      database.write(() => Promise.reject(new Error("refused"))).catch(() => undefined);
    });
  });
  const steps = await changed(database, change);
  assert.deepEqual(
    steps.flat().map((outcome) => [outcome.id, inShort(outcome)]),
    [
      [one, "changed"],
      [two, "changed"],
      [three, "chat"],
      [first, "changed"],
      [equal, "collides"],
      [last, "changed"],
    ],
  );
  assert.deepEqual(admitted, [one, two, three, first, equal, last], "each is counted once");
  const queued = await listTasks(database, { scope: "all", states: ["QUEUED"], chatId: "a" }, { limit: 9 });
  assert.ok((queued[1]?.rank ?? 0) < (queued[0]?.rank ?? 0));

  const beyond = retrial({
    admit: () => {
      throw new LimitReachedError({ limit: "addsPerMinute", subject: "token", holder: "t", most: 1, retryAfterMs: 1 });
    },
  });
  assert.deepEqual((await changed(database, beyond)).flat().map(inShort), ["token"], "a limit of the caller ends it");
  const named = await changed(database, beyond, { scope: "all", ids: [three, "none", three] });
  assert.deepEqual(named.flat().map(inShort), ["token", "not_found"]);
});

test("change tasks: a scope of some chats has no other, by a filter or by ids", async (t) => {
  const database = await freshDatabase(t);
  const [own, foreign] = [
    await addedTask(database, { chatId: "own" }),
    await addedTask(database, { chatId: "foreign" }),
  ];
  const scope = ["own", "empty"];
  assert.deepEqual((await changed(database, cancellation, { scope, ids: [foreign.id, own.id] })).flat().map(inShort), [
    "not_found",
    "changed",
  ]);
  for (const filter of [{ states: [], chatId: "foreign" }, { states: [], idPrefix: foreign.id }, { states: [] }]) {
    const outcomes = await changed(database, deletion(true), { scope, filter }, { counts: true });
    assert.deepEqual(idsOf(outcomes), "chatId" in filter || "idPrefix" in filter ? [] : [own.id]);
  }
  await changed(database, deletion(true), { scope, filter: { states: [] } });
  assert.equal((await row(database, foreign.seq)).state, "QUEUED");
});
