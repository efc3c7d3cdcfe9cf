import assert from "node:assert/strict";
import { test } from "node:test";
import { dayMs } from "@dwld/timing";
import { ServerClock } from "./server-clock.ts";

test("server's clock: the fastest message tells it, and whole seconds of answers no more after a heartbeat", () => {
  const clock = new ServerClock();
  clock.tell(dayMs - 900, 0, "answer");
  assert.equal(clock.offsetMs, dayMs - 900);
  clock.tell(dayMs - 600, 0, "heartbeat");
  clock.tell(dayMs + 4000 - 20, 4000, "heartbeat");
  clock.tell(dayMs + 8000 - 1500, 8000, "heartbeat");
  clock.tell(dayMs + 8000, 8000, "answer");
  assert.equal(clock.offsetMs, dayMs - 20);
});

test("server's clock: a clock that is set is noticed, forwards and backwards", () => {
  const clock = new ServerClock();
  clock.tell(0, 1500, "answer");
  assert.equal(clock.offsetMs, -1500);
  clock.tell(1000, 1000, "heartbeat");
  clock.tell(5000 + dayMs, 5000, "heartbeat");
  assert.equal(clock.offsetMs, dayMs);
  clock.tell(9000, 9000, "heartbeat");
  assert.equal(clock.offsetMs, 0);
});
