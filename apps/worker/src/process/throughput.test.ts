import assert from "node:assert/strict";
import { test } from "node:test";
import { Throughput } from "./throughput.ts";

function measured(longestMs: number, samples: readonly (readonly [ms: number, bytes: number])[]): Throughput {
  const throughput = new Throughput(longestMs);
  for (const [ms, bytes] of samples) throughput.add(ms, bytes);
  return throughput;
}

test("throughput: it is unknown until the span was measured", () => {
  const throughput = measured(4000, [
    [1000, 500],
    [1000, 500],
  ]);
  assert.equal(throughput.bytesPerSecond(2000), 500);
  assert.equal(throughput.bytesPerSecond(2001), undefined);
});

test("throughput: samples before the span are forgotten", () => {
  const throughput = measured(2000, [
    [1000, 1_000_000],
    [1000, 0],
    [1000, 100],
  ]);
  assert.equal(throughput.bytesPerSecond(2000), 50);
  assert.equal(throughput.bytesPerSecond(1000), 100);
});

test("throughput: a reset makes it unknown", () => {
  const throughput = measured(1000, [[1000, 5]]);
  throughput.reset();
  assert.equal(throughput.bytesPerSecond(1000), undefined);
});
