import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { dayMs, hourMs, minuteMs } from "./durations.ts";
import { runAt } from "./run-at.ts";

test("run at: a time beyond what a timer holds is not run before it comes", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const daysMs = (days: number) => days * dayMs;
  let runs = 0;
  runAt(daysMs(60), Date.now, () => (runs += 1));
  const stop = runAt(daysMs(61), Date.now, () => assert.fail("it was stopped"));
  for (let day = 0; day < 59; day += 1) context.mock.timers.tick(daysMs(1));
  assert.equal(runs, 0);
  context.mock.timers.tick(daysMs(1));
  assert.equal(runs, 1);
  stop();
  context.mock.timers.tick(daysMs(2));
  runAt(0, Date.now, () => (runs += 1));
  assert.equal(runs, 2, "what is over is run at once");
});

test("run at: a time beyond what a timer holds is looked at seldom", async () => {
  let looks = 0;
  const now = () => {
    looks += 1;
    return 0;
  };
  const stop = runAt(2 ** 40, now, () => assert.fail("it is not over"));
  // Node makes 1 ms of a delay that is too long: such timers would fire before this one.
  await pause(5);
  assert.equal(looks, 1);
  stop();
});

test("run at: a clock that is set forward, as after a sleep of the machine, is noticed within a minute", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let nowMs = 0;
  let runs = 0;
  runAt(
    10 * hourMs,
    () => nowMs,
    () => (runs += 1),
  );
  nowMs = 9 * hourMs;
  context.mock.timers.tick(minuteMs);
  assert.equal(runs, 0);
  nowMs = 11 * hourMs;
  context.mock.timers.tick(minuteMs);
  assert.equal(runs, 1);
});
