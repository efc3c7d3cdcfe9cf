import assert from "node:assert/strict";
import { test } from "node:test";
import { orderStages, type StageRecord } from "./order-stages.ts";

const hourMs = 3_600_000;
const nowMs = 100 * hourMs;
const record = (stage: string, succeededAgo: number | null, failedAgo: number | null): StageRecord => ({
  stage,
  succeeded_at: succeededAgo === null ? null : nowMs - succeededAgo * hourMs,
  failed_at: failedAgo === null ? null : nowMs - failedAgo * hourMs,
});
const order = (...records: StageRecord[]) => orderStages(["a", "b", "c"], records, nowMs);

test("a site without a history has the configuration's order", () => {
  assert.deepEqual(order(), ["a", "b", "c"]);
});

test("what worked last comes first, and the others keep their order", () => {
  assert.deepEqual(order(record("a", 9, 1), record("c", 2, null)), ["c", "a", "b"]);
});

test("a stage that worked later than the preferred one gives way when that one works again", () => {
  assert.deepEqual(order(record("a", 1, 2), record("b", 3, null)), ["a", "b", "c"]);
});

test("the configuration's first one gets its chance again when it was not tried for a day", () => {
  assert.deepEqual(order(record("a", null, 25), record("b", 1, null)), ["a", "b", "c"]);
});
