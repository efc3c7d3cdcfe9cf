import assert from "node:assert/strict";
import { test } from "node:test";
import { boundedInterval, nextCallInMs } from "./next-call.ts";

const most = 0.999_999;
const bound = (...[outcome, disturbances, intervalMs]: [Parameters<typeof nextCallInMs>[0], number, number]) =>
  nextCallInMs(outcome, disturbances, intervalMs, most);

test("next call: a bot that is away is called at growing random pauses of up to 5 s", () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7, 1000].map((disturbances) => bound("away", disturbances, 60_000)),
    [250, 500, 1000, 2000, 4000, 5000, 5000, 5000],
  );
  assert.equal(nextCallInMs("away", 10, 60_000, 0), 0);
  assert.equal(bound("away", 10, 1000), 1000, "and never less often than by its heartbeat");
});

test("next call: a bot that ends every connection is called no faster than one that is away", () => {
  for (const disturbances of [1, 5, 100])
    assert.equal(bound("lost", disturbances, 60_000), bound("away", disturbances, 60_000));
});

test("next call: a bot that answers with errors is called at growing pauses, up to its interval", () => {
  assert.deepEqual(
    [1, 5, 8, 9, 20].map((disturbances) => bound("failing", disturbances, 60_000)),
    [250, 4000, 32_000, 60_000, 60_000],
  );
});

test("next call: a bot that answered or refused is called after its interval, or up to a tenth earlier", () => {
  for (const outcome of ["registered", "refused"] as const) {
    assert.equal(nextCallInMs(outcome, 7, 60_000, 0), 54_000);
    assert.equal(bound(outcome, 7, 60_000), 60_000);
  }
});

test("next call: an interval is bounded to 1 s and 1 h", () => {
  assert.deepEqual([-1, 0, 999, 1000, 60_000, 1e12].map(boundedInterval), [1000, 1000, 1000, 1000, 60_000, 3_600_000]);
});
