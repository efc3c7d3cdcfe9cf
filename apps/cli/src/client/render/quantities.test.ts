import assert from "node:assert/strict";
import { test } from "node:test";
import { ageText, percentText, runningTimeText, spanText, untilText } from "./quantities.ts";

function table<Input>(name: string, render: (input: Input) => string, cases: [Input, string][]): void {
  for (const [input, expected] of cases) {
    test(`${name}: ${String(input)} is "${expected}"`, () => {
      assert.equal(render(input), expected);
    });
  }
}

table<number>("span", spanText, [
  [-5, "0s"],
  [400, "0s"],
  [59_400, "59s"],
  [59_600, "1m00s"],
  [65_000, "1m05s"],
  [3_599_400, "59m59s"],
  [3_600_000, "1h00m"],
  [7_380_000, "2h03m"],
  [86_400_000 * 3 + 3_600_000 * 4, "3d04h"],
]);

table<number>("age", ageText, [
  [8000, "8s"],
  [65_000, "1m"],
  [7_380_000, "2h"],
  [86_400_000 * 40, "40d"],
]);

table<number>("running time", runningTimeText, [
  [8, "0:08"],
  [65.4, "1:05"],
  [3723, "1:02:03"],
]);

table<number>("percent", percentText, [
  [0, "0.0%"],
  [43.27, "43.2%"],
  [99.99, "99.9%"],
  [100, "100.0%"],
  [120, "100.0%"],
  [-1, "0.0%"],
]);

const nowMs = new Date(2026, 10, 24, 4, 19, 10).getTime();
const ends: [away: string, endMs: number, expected: string][] = [
  ["has passed", nowMs, ""],
  ["is near", nowMs + 312_000, "until 04:24:22 (5m12s)"],
  ["is some minutes off, and is not told too early", nowMs + 29 * 60_000 + 1000, "until 04:49 (29m)"],
  ["is hours off", nowMs + 2 * 3_600_000, "until 06:20 (2h00m)"],
  ["is on another day", new Date(2026, 11, 31, 23).getTime(), "until 2026-12-31 23:00 (37d18h)"],
];
for (const [away, endMs, expected] of ends) {
  test(`until text: the end of a wait that ${away} is "${expected}"`, () => {
    assert.equal(untilText(endMs, nowMs), expected);
  });
}
