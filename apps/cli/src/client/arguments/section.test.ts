import assert from "node:assert/strict";
import { test } from "node:test";
import { readSection, type SectionSpan } from "./section.ts";

const cases: [string, SectionSpan | undefined][] = [
  ["1:30-2:00", { startMs: 90_000, endMs: 120_000 }],
  ["1:02:03.5-1:02:04", { startMs: 3_723_500, endMs: 3_724_000 }],
  ["90-120.25", { startMs: 90_000, endMs: 120_250 }],
  ["1m30s-2m", { startMs: 90_000, endMs: 120_000 }],
  ["10:00-", { startMs: 600_000 }],
  ["-30", { endMs: 30_000 }],
  ["0 - 5", { startMs: 0, endMs: 5000 }],
  ["5-3", { startMs: 5000, endMs: 3000 }],
  ["-", undefined],
  ["90", undefined],
  ["1:75-2:00", undefined],
  ["1-2-3", undefined],
  ["a-b", undefined],
  ["", undefined],
];
for (const [text, expected] of cases)
  test(`the part "${text}" is ${expected === undefined ? "refused" : JSON.stringify(expected)}`, () => {
    assert.deepEqual(readSection(text), expected);
  });
