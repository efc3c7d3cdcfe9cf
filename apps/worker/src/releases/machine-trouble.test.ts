import assert from "node:assert/strict";
import { test } from "node:test";
import { type FailedRun, machineTrouble } from "./machine-trouble.ts";

const ended: FailedRun = { isOverdue: false, killedBy: undefined, said: [] };

const troubles: readonly [what: string, run: FailedRun, trouble: RegExp][] = [
  ["took too long", { ...ended, isOverdue: true, killedBy: "SIGKILL" }, /too slow/],
  ["was killed", { ...ended, killedBy: "SIGKILL" }, /ended it by SIGKILL/],
  ["got no memory", { ...ended, said: ["MemoryError"] }, /memory/],
  ["got no memory for a process", { ...ended, said: ["OSError: [Errno 12] Cannot allocate memory", ""] }, /memory/],
  ["met a full disk", { ...ended, said: ["OSError: [Errno 28] No space left on device: 'x'"] }, /disk is full/],
  ["met a disk that fails", { ...ended, said: ["OSError: [Errno 5] Input/output error"] }, /disk fails/],
  ["got no thread", { ...ended, said: ["RuntimeError: can't start new thread"] }, /too much to do/],
];

for (const [what, run, trouble] of troubles)
  test(`machine trouble: a program that ${what} says nothing against its version`, () => {
    assert.match(machineTrouble(run) ?? "", trouble);
  });

test("machine trouble: a program that ends by itself with words of its own is the version's doing", () => {
  assert.equal(machineTrouble(ended), undefined);
  assert.equal(machineTrouble({ ...ended, said: ["ImportError: no module named yt_dlp"] }), undefined);
});
