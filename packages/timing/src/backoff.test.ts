import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs, jittered } from "./backoff.ts";

test("backoff: doubles from the first pause to the longest, and stays there", () => {
  const backoff = { firstMs: 250, longestMs: 5000 };
  const pauses = [0, 1, 2, 3, 4, 5, 6, 7, 1e9].map((failures) => backoffMs(backoff, failures));
  assert.deepEqual(pauses, [250, 250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
});

const jitters: [name: string, jitter: number, range: [number, number]][] = [
  ["none", 0, [1000, 1000]],
  ["equal", 0.5, [500, 1000]],
  ["full", 1, [0, 1000]],
];

for (const [name, jitter, range] of jitters)
  test(`backoff: ${name} jitter gives ${range.join(" to ")} ms of 1000`, () => {
    const pauses = [0, 1].map((random) => backoffMs({ firstMs: 1000, longestMs: 60_000, jitter }, 1, random));
    assert.deepEqual(pauses, range);
  });

test("backoff: pauses are whole milliseconds", () => {
  assert.equal(jittered(1001, 0.5, 0.3), 651);
});
