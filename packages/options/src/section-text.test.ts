import assert from "node:assert/strict";
import { test } from "node:test";
import type { Section } from "./kinds.ts";
import { readSection, sectionText } from "./section-text.ts";

const cases: [string, Section | undefined][] = [
  ["1:30-2:00", { startSeconds: 90, endSeconds: 120 }],
  ["1:02:03.5-1:02:04", { startSeconds: 3723.5, endSeconds: 3724 }],
  ["90-120.25", { startSeconds: 90, endSeconds: 120.25 }],
  ["1m30s-2m", { startSeconds: 90, endSeconds: 120 }],
  ["10:00-", { startSeconds: 600, endSeconds: null }],
  ["-30", { startSeconds: 0, endSeconds: 30 }],
  ["0 - 5", { startSeconds: 0, endSeconds: 5 }],
  ["5-3", { startSeconds: 5, endSeconds: 3 }],
  ["-", undefined],
  ["90", undefined],
  ["1:75-2:00", undefined],
  ["1-2-3", undefined],
  ["a-b", undefined],
  ["", undefined],
];
for (const [text, expected] of cases)
  test(`section: "${text}" is ${expected === undefined ? "refused" : JSON.stringify(expected)}`, () => {
    assert.deepEqual(readSection(text), expected);
    if (expected !== undefined) assert.deepEqual(readSection(sectionText(expected)), expected);
  });
