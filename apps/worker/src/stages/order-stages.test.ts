import assert from "node:assert/strict";
import { test } from "node:test";
import { hourMs } from "@dwld/timing";
import { orderStages, type StageRecord } from "./order-stages.ts";

const nowMs = 100 * hourMs;
const record = (stage: string, succeededAgo: number | null, failedAgo: number | null): StageRecord => ({
  stage,
  succeeded_at: succeededAgo === null ? null : nowMs - succeededAgo * hourMs,
  failed_at: failedAgo === null ? null : nowMs - failedAgo * hourMs,
});
const order = (...records: StageRecord[]) => orderStages(["a", "b", "c"], records, nowMs);

test("order stages: without a history the configuration's order holds", () => {
  assert.deepEqual(order(), ["a", "b", "c"]);
});

test("order stages: the stage that worked last comes first, and the others keep their order", () => {
  assert.deepEqual(order(record("a", 9, 1), record("c", 2, null)), ["c", "a", "b"]);
});

test("order stages: the preferred stage comes first again when it works again", () => {
  assert.deepEqual(order(record("a", 1, 2), record("b", 3, null)), ["a", "b", "c"]);
});

test("order stages: the first configured stage is tried again after a day", () => {
  assert.deepEqual(order(record("a", null, 25), record("b", 1, null)), ["a", "b", "c"]);
});
