import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { collectAll, collectGarbageAtRest } from "./collect-at-rest.ts";

const mebibyte = 1024 * 1024;

test("garbage: of a large heap a large part must be new, since a collection takes as long as the heap is large", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let [heapBytes, collections] = [200 * mebibyte, 0];
  collectGarbageAtRest(
    () => (collections += 1),
    () => ({ utilization: 0.01, heapBytes }),
  );
  const counts = [200, 220, 290, 310].map((mebibytes) => {
    heapBytes = mebibytes * mebibyte;
    t.mock.timers.tick(5000);
    return collections;
  });
  assert.deepEqual(counts, [1, 1, 1, 2]);
});

test("garbage: it is collected at rest after the start and after work, not during work, nor for little", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let [utilization, heapBytes, collections] = [0.9, 20 * mebibyte, 0];
  const collect = () => {
    collections += 1;
    heapBytes = 12 * mebibyte;
  };
  collectGarbageAtRest(collect, () => ({ utilization, heapBytes }));
  const after = (nextUtilization: number, nextBytes = heapBytes): number => {
    [utilization, heapBytes] = [nextUtilization, nextBytes];
    t.mock.timers.tick(5000);
    return collections;
  };
  assert.equal(after(0.9), 0, "it starts");
  assert.equal(after(0.01), 1, "it has started");
  assert.equal(after(0.01), 1, "nothing came");
  assert.equal(after(0.01, 19 * mebibyte), 1, "little came");
  assert.equal(after(0.5, 40 * mebibyte), 1, "it works");
  assert.equal(after(0.01, 40 * mebibyte), 2, "it has worked");
});

test("garbage: the collector is reached without a flag on the command line", async () => {
  assert.equal(globalThis.gc, undefined);
  const held = new WeakRef({});
  // A weak reference holds until the end of the job that made it.
  await nextTurn();
  assert.notEqual(held.deref(), undefined);
  await nextTurn();
  collectAll();
  assert.equal(held.deref(), undefined);
  assert.equal(globalThis.gc, undefined);
});
