import assert from "node:assert/strict";
import { test } from "node:test";
import type { TaskTable } from "./task-table.ts";
import { readJournal } from "./transition-journal.ts";

/** A table whose journal has these lines: "task site was became", with - for none. */
function tableOf(lines: readonly string[]): TaskTable {
  const journal = lines.map((line) => {
    const [task, site, was, became] = line.split(" ").map((word) => (word === "-" ? null : word));
    return { task, site, was, became };
  });
  return {
    rows: async <R>() => journal as R[],
    recordTransitions: () => Promise.resolve(),
    damage: () => Promise.resolve([]),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

test("journal: the life of a task is legal, and a change that is no edge of the state machine is told", async () => {
  const life = ["a s - QUEUED", "a s QUEUED DOWNLOADING", "a s DOWNLOADING READY_TO_SEND", "a s READY_TO_SEND -"];
  assert.deepEqual(await readJournal(tableOf(life), 1), { transitions: 4, illegal: [], overruns: [] });
  const { illegal } = await readJournal(tableOf([...life, "a s QUEUED DONE", "b s - SENDING"]), 1);
  assert.deepEqual(illegal, ["a: QUEUED to DONE", "b: null to SENDING"]);
});

test("journal: a site that had more in work than it may is told, and one that had room again is not", async () => {
  const claims = [
    "a s QUEUED DOWNLOADING",
    "b t QUEUED DOWNLOADING",
    "a s DOWNLOADING QUEUED",
    "c s QUEUED DOWNLOADING",
  ];
  assert.deepEqual((await readJournal(tableOf(claims), 1)).overruns, []);
  const { overruns } = await readJournal(tableOf([...claims, "d s QUEUED DOWNLOADING", "d s DOWNLOADING FAILED"]), 1);
  assert.deepEqual(overruns, ["s had 2 in work with d"]);
});
