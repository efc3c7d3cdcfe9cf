import assert from "node:assert/strict";
import { test } from "node:test";
import type { FailureClass } from "../failure/failure-class.ts";
import { chooseStage } from "./choose-stage.ts";

const stages = ["plain", "cookies", "proxy"] as const;
const limits = { maxAttempts: 10 };
const choose = (history: [string, FailureClass][], random = 1) =>
  chooseStage(
    [...stages],
    history.map(([stage, failureClass]) => ({ stage, failureClass })),
    limits,
    random,
  );

test("the first attempt takes the first stage at once", () => {
  assert.deepEqual(choose([]), { next: "attempt", stage: "plain", waitMs: 0 });
});

test("a video that is gone costs one attempt", () => {
  assert.deepEqual(choose([["plain", "gone"]]), { next: "end", why: "final" });
});

test("trouble that passes is waited for in the same stage, longer each time, and then the next stage is taken", () => {
  const waits = [5000, 60_000, 300_000];
  waits.forEach((waitMs, index) => {
    const history = Array.from({ length: index + 1 }, (): [string, FailureClass] => ["plain", "network"]);
    assert.deepEqual(choose(history), { next: "attempt", stage: "plain", waitMs });
  });
  const patience = Array.from({ length: 4 }, (): [string, FailureClass] => ["plain", "network"]);
  assert.deepEqual(choose(patience), { next: "attempt", stage: "cookies", waitMs: 1000 });
});

test("another failure begins a patience of its own", () => {
  const history: [string, FailureClass][] = [
    ["plain", "network"],
    ["plain", "truncated"],
  ];
  assert.deepEqual(choose(history), { next: "attempt", stage: "plain", waitMs: 5000 });
});

test("a failure that other settings may cure takes each further stage once, and then ends", () => {
  assert.deepEqual(choose([["plain", "unknown"]]), { next: "attempt", stage: "cookies", waitMs: 1000 });
  const all = stages.map((stage): [string, FailureClass] => [stage, "unknown"]);
  assert.deepEqual(choose(all), { next: "end", why: "no_stage_left" });
});

test("the number of attempts is bounded", () => {
  const history = Array.from({ length: 10 }, (): [string, FailureClass] => ["plain", "network"]);
  assert.deepEqual(choose(history), { next: "end", why: "too_many_attempts" });
});

test("jitter takes away at most half of a pause", () => {
  assert.deepEqual(choose([["plain", "network"]], 0), { next: "attempt", stage: "plain", waitMs: 2500 });
});
