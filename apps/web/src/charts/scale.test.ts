import assert from "node:assert/strict";
import { test } from "node:test";
import { sharesOf, ticksOf } from "./scale.ts";

const axes: readonly [highest: number, ticks: readonly number[]][] = [
  [0, [0, 1]],
  [1, [0, 1]],
  [3, [0, 1, 2, 3]],
  [7, [0, 5, 10]],
  [10, [0, 5, 10]],
  [11, [0, 5, 10, 15]],
  [99, [0, 50, 100]],
  [5.3e9, [0, 2e9, 4e9, 6e9]],
];
for (const [highest, ticks] of axes)
  test(`ticks: an axis up to ${highest} has the lines ${ticks.join(", ")}`, () => {
    assert.deepEqual(ticksOf(highest), ticks);
  });

test("ticks: the last is at or above the highest, and there are few", () => {
  for (let highest = 0; highest < 2000; highest += 1) {
    const ticks = ticksOf(highest);
    assert.ok((ticks.at(-1) ?? 0) >= highest && ticks.length <= 4, `${highest}: ${ticks.join(" ")}`);
  }
});

test("shares: stand one after the other and make up the whole", () => {
  assert.deepEqual(sharesOf([50, 25, 25], 1), [
    { from: 0, size: 50 },
    { from: 50, size: 25 },
    { from: 75, size: 25 },
  ]);
});

test("shares: a small one can be seen, none of nothing can, and the whole is no wider", () => {
  const shares = sharesOf([1e12, 1, 0, 1e12], 2);
  assert.deepEqual(
    shares.map(({ size }) => size),
    [49, 2, 0, 49],
  );
  assert.equal(shares.at(-1)?.from, 51);
});

test("shares: of nothing there are none", () => {
  assert.deepEqual(sharesOf([0, 0], 1), [
    { from: 0, size: 0 },
    { from: 0, size: 0 },
  ]);
});
