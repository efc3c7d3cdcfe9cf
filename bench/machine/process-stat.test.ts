import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { parseStat, readStat } from "./process-stat.ts";

test("process stat: a name may hold blanks and parentheses", () => {
  const line = "71 (a (b) c) S 7 71 71 0 -1 4194560 900 80 0 0 120 30 400 50 20 0 11 0 5000 1 2 3";
  assert.deepEqual(parseStat(line), {
    pid: 71,
    parentPid: 7,
    name: "a (b) c",
    startTime: 5000,
    ownMs: 1500,
    childrenMs: 4500,
  });
});

test("process stat: the CPU time of a child counts for its parent when it has ended", () => {
  const before = readStat("self");
  execFileSync(process.execPath, ["-e", "while (process.cpuUsage().user < 60_000);"]);
  const spentMs = (readStat("self")?.childrenMs ?? 0) - (before?.childrenMs ?? 0);
  assert.ok(spentMs >= 50, `${spentMs} ms`);
});

test("process stat: a process that has ended has none", () => {
  assert.equal(readStat(2 ** 22), undefined);
});
