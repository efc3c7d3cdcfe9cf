import assert from "node:assert/strict";
import { test } from "node:test";
import { usedByOthers } from "./others.ts";
import type { ProcessStat } from "./process-stat.ts";

const bench = 50;

function processOf(pid: number, facts: Partial<ProcessStat>): ProcessStat {
  return { pid, parentPid: 1, name: "program", startTime: pid, ownMs: 0, childrenMs: 0, ...facts };
}

const always = [processOf(1, { parentPid: 0 }), processOf(bench, {})];

test("others: the time of the bench, of all it started and of the kernel is not theirs", () => {
  const later = [
    ...always,
    processOf(51, { parentPid: bench, ownMs: 900 }),
    processOf(52, { parentPid: 51, ownMs: 900 }),
    processOf(2, { parentPid: 0 }),
    processOf(3, { parentPid: 2, ownMs: 900 }),
    processOf(60, { ownMs: 100 }),
  ];
  assert.deepEqual(usedByOthers(always, later, bench), [{ pid: 60, ms: 100 }]);
});

test("others: only the time between the readings counts, most first", () => {
  const before = [...always, processOf(60, { ownMs: 5000 }), processOf(61, {}), processOf(62, { ownMs: 700 })];
  const after = [
    ...always,
    processOf(60, { ownMs: 5100 }),
    processOf(61, { ownMs: 200, childrenMs: 100 }),
    // The pid of one that ended, used again.
    processOf(62, { startTime: 9999, ownMs: 40 }),
  ];
  assert.deepEqual(usedByOthers(before, after, bench), [
    { pid: 61, ms: 300 },
    { pid: 60, ms: 100 },
    { pid: 62, ms: 40 },
  ]);
});

test("others: of children that ended, the time before the first reading does not count for who waited for them", () => {
  const before = [
    ...always,
    processOf(60, {}),
    processOf(61, { parentPid: 60, ownMs: 3000 }),
    processOf(62, { parentPid: 61, ownMs: 1000 }),
  ];
  const after = [...always, processOf(60, { childrenMs: 4100 })];
  assert.deepEqual(usedByOthers(before, after, bench), [{ pid: 60, ms: 100 }]);
});

test("others: orphans that init waited for are nobody's", () => {
  const after = [processOf(1, { parentPid: 0, childrenMs: 5000 }), processOf(bench, {})];
  assert.deepEqual(usedByOthers(always, after, bench), []);
});
