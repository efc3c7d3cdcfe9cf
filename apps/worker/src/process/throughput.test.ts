import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "./throughput.ts";

function pace(longestMs: number, looks: readonly (readonly [ms: number, bytes: number])[]): Pace {
  const seen = new Pace(longestMs);
  for (const [ms, bytes] of looks) seen.add(ms, bytes);
  return seen;
}

test("pace: it is unknown until the stretch has been seen", () => {
  const seen = pace(4000, [
    [1000, 500],
    [1000, 500],
  ]);
  assert.equal(seen.bytesPerSecond(2000), 500);
  assert.equal(seen.bytesPerSecond(2001), undefined);
});

test("pace: what came before the stretch is forgotten", () => {
  const seen = pace(2000, [
    [1000, 1_000_000],
    [1000, 0],
    [1000, 100],
  ]);
  assert.equal(seen.bytesPerSecond(2000), 50);
  assert.equal(seen.bytesPerSecond(1000), 100);
});

test("pace: begun anew, it is unknown", () => {
  const seen = pace(1000, [[1000, 5]]);
  seen.beginAnew();
  assert.equal(seen.bytesPerSecond(1000), undefined);
});
