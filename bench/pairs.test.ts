import assert from "node:assert/strict";
import { test } from "node:test";
import { measurePairs, quantile, ratiosOf, spreadOf } from "./pairs.ts";

test("pairs: both sides are measured in each round, in alternating order", async () => {
  const order: string[] = [];
  const measure = (name: string, value: number) => (round: number) => {
    order.push(`${name}${round}`);
    return Promise.resolve(value + round);
  };
  const pairs = await measurePairs(3, measure("dwld", 10), measure("beside", 20));
  assert.deepEqual(order, ["dwld0", "beside0", "beside1", "dwld1", "dwld2", "beside2"]);
  assert.deepEqual(pairs, [
    { dwld: 10, beside: 20 },
    { dwld: 11, beside: 21 },
    { dwld: 12, beside: 22 },
  ]);
});

test("pairs: a ratio is that of a pair, not of two medians", () => {
  const pairs = [
    { dwld: 1, beside: 1 },
    { dwld: 10, beside: 20 },
    { dwld: 300, beside: 100 },
  ];
  assert.deepEqual(ratiosOf(pairs), { median: 1, lowest: 0.5, highest: 3 });
});

test("pairs: a quantile lies between its neighbours, whatever the order", () => {
  assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5);
  assert.equal(quantile([5], 0.99), 5);
  assert.deepEqual(spreadOf([2, 9, 4]), { median: 4, lowest: 2, highest: 9 });
  assert.throws(() => spreadOf([]), RangeError);
});
