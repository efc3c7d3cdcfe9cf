import assert from "node:assert/strict";
import { test } from "node:test";
import { freeSlot } from "./slots.ts";

const cases: [running: number, slow: number, place: ReturnType<typeof freeSlot>][] = [
  [0, 0, "any"],
  [1, 1, "any"],
  [2, 0, "none"],
  [2, 1, "idle_site"],
  [2, 2, "idle_site"],
  [3, 1, "none"],
  [3, 2, "idle_site"],
  [5, 3, "none"],
  [5, 5, "idle_site"],
  [6, 5, "if_one_yields"],
  [6, 4, "none"],
];

for (const [running, slow, place] of cases)
  test(`slots: of 2 and 4 spare, with ${running} runs of which ${slow} are slow, the answer is ${place}`, () => {
    assert.equal(freeSlot({ running, slow, parallel: 2, spare: 4 }), place);
  });

test("slots: if none is spare, slow runs hold theirs", () => {
  assert.equal(freeSlot({ running: 2, slow: 2, parallel: 2, spare: 0 }), "none");
});
