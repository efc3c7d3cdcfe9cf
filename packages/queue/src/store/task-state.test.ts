import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { sql } from "kysely";
import { raw } from "./database.ts";
import { freshDatabase } from "../testing/fresh-database.ts";
import {
  allTransitions,
  finalStates,
  initialStates,
  isFinal,
  nextState,
  statesBefore,
  taskStates,
} from "./task-state.ts";

const edges = allTransitions().map(({ from, to }) => `${from}>${to}`);

test("task states: each has a counter", async (t) => {
  const database = await freshDatabase(t);
  const counters = await database.all(raw(sql<{ name: string }>`SELECT name FROM counters`));
  const ofStates = counters.map(({ name }) => name).filter((name) => /^[A-Z]/.test(name));
  assert.deepEqual(ofStates.toSorted(), taskStates.toSorted());
});

test("task states: the picture in docs/architecture.md has the edges of the table, event by event", async () => {
  const page = await readFile(join(import.meta.dirname, "../../../../docs/architecture.md"), "utf8");
  const section = /^## The life of a task$(.*?)(?=^## |$(?![\s\S]))/ms.exec(page)?.[1] ?? "";
  const picture = /```mermaid\nstateDiagram-v2\n(.*?)```/s.exec(section)?.[1] ?? "";
  const drawn = [...picture.matchAll(/^\s*([A-Z_]+) --> ([A-Z_]+): (\w+)$/gm)].map(
    ([, from, to, event]) => `${from} --> ${to}: ${event}`,
  );
  const table = allTransitions().map(({ from, to, event }) => `${from} --> ${to}: ${event}`);
  assert.deepEqual(drawn.toSorted(), table.toSorted());
  const beginnings = [...picture.matchAll(/^\s*\[\*\] --> ([A-Z_]+): (\w+)$/gm)].map(([, state, how]) => [how, state]);
  assert.deepEqual(Object.fromEntries(beginnings), initialStates);
  const ends = [...picture.matchAll(/^\s*([A-Z_]+) --> \[\*\]$/gm)].map(([, state]) => state);
  assert.deepEqual(new Set(ends), new Set(finalStates));
});

test("task states: SQL refuses every change of state that is no edge, and lets every edge pass", async (t) => {
  const database = await freshDatabase(t);
  const held = new Set(["DOWNLOADING", "SENDING"]);
  const columns = (state: string, of: "insert" | "update") => {
    const owner = held.has(state) ? "token" : null;
    const finishedAt = finalStates.some((final) => final === state) ? 1 : null;
    return of === "insert"
      ? sql`${state}, ${owner}, ${owner}, ${finishedAt}`
      : sql`state = ${state}, owner = ${owner}, process_id = ${owner}, finished_at = ${finishedAt}`;
  };
  let seq = 0;
  for (const from of taskStates)
    for (const to of taskStates) {
      const id = `${from}>${to}`;
      seq += 1;
      await database.write(async (transaction) => {
        await transaction.run(
          raw(sql`INSERT INTO tasks (seq, id, chat_id, request_hash, link, site, user_name, folder, target_quality, options,
            rank, created_at, updated_at, state, owner, process_id, finished_at)
            VALUES (${seq}, ${id}, '', ${id}, '', '', '', '', 0, '', 0, 0, 0, ${columns(from, "insert")})`),
        );
      });
      const change = database.write(
        async (transaction) =>
          await transaction.run(raw(sql`UPDATE tasks SET ${columns(to, "update")} WHERE id = ${id}`)),
      );
      if (edges.includes(id)) assert.equal(await change, 1, id);
      else await assert.rejects(change, /illegal change of a task's state/, id);
    }
});

test("task states: SQL refuses a lease in a state that has none, and a held state without a lease", async (t) => {
  const database = await freshDatabase(t);
  const insert = (state: string, owner: string | null, processId: string | null, finishedAt: number | null) =>
    database.write(
      async (transaction) =>
        await transaction.run(
          raw(sql`INSERT INTO tasks (seq, id, chat_id, request_hash, link, site, user_name, folder, target_quality, options,
          rank, created_at, updated_at, state, owner, process_id, finished_at)
          VALUES (1, 'x', '', '', '', '', '', '', 0, '', 0, 0, 0, ${state}, ${owner}, ${processId}, ${finishedAt})`),
        ),
    );
  await assert.rejects(insert("NEW", null, null, null), /check/i, "an unknown state");
  await assert.rejects(insert("QUEUED", "token", "process", null), /check/i, "waiting, and held");
  await assert.rejects(insert("DONE", "token", "process", 1), /check/i, "done, and held");
  await assert.rejects(insert("DOWNLOADING", null, null, null), /check/i, "in work, by nobody");
  await assert.rejects(insert("SENDING", "token", null, null), /check/i, "held by no process");
  await assert.rejects(insert("FAILED", null, null, null), /check/i, "final, and not finished");
  await assert.rejects(insert("QUEUED", null, null, 1), /check/i, "finished, and not final");
  assert.equal(await insert("CANCELED", "token", "process", 1), 1, "canceled, and still held by its owner");
});

test("task states: an event that ends a task leads to a final state, and only a retry leads out of one", () => {
  for (const { from, event, to } of allTransitions()) {
    if (isFinal(from)) assert(event === "retried" || event === "resent", `${event} in ${from}`);
    if (event === "failed" || event === "canceled" || event === "delivered") assert(isFinal(to));
  }
  assert.deepEqual(statesBefore("canceled"), ["QUEUED", "DOWNLOADING", "READY_TO_SEND", "SENDING"]);
  assert.equal(nextState("DONE", "retried"), undefined);
});
