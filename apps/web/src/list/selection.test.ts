import assert from "node:assert/strict";
import { test } from "node:test";
import { extend, nothing, toggle, within } from "./selection.ts";

const shown = ["a", "b", "c", "d", "e"];
const ids = (selection: typeof nothing): string[] => [...selection.ids].toSorted();

test("selection: a row is selected, and is not when it is touched again", () => {
  const one = toggle(nothing, "b");
  assert.deepEqual(ids(one), ["b"]);
  assert.deepEqual(ids(toggle(one, "b")), []);
});

test("selection: Shift takes all rows from the last one that was touched, in both directions", () => {
  assert.deepEqual(ids(extend(toggle(nothing, "b"), "d", shown)), ["b", "c", "d"]);
  assert.deepEqual(ids(extend(toggle(nothing, "d"), "a", shown)), ["a", "b", "c", "d"]);
});

test("selection: a range whose beginning has gone is one row", () => {
  assert.deepEqual(ids(extend(toggle(nothing, "gone"), "d", shown)), ["d", "gone"]);
  assert.deepEqual(ids(extend(nothing, "d", shown)), ["d"]);
});

test("selection: what is gone is not selected any more", () => {
  const some = extend(toggle(nothing, "a"), "c", shown);
  assert.deepEqual(ids(within(some, (id) => id !== "b")), ["a", "c"]);
});
