import assert from "node:assert/strict";
import { test } from "node:test";
import { hourMs } from "@dwld/timing";
import { retryTime } from "./delivery-schedule.ts";

const failed = { phase: "work", kind: "connection", attempt: 1, deadline: 72 * hourMs, now: hourMs } as const;

test("delivery schedule: a failure in a session waits longer each time, from 5 s to 10 min", () => {
  const pauses = [1, 2, 3, 7, 8, 1000].map((attempt) => (retryTime({ ...failed, attempt }, 1) ?? 0) - hourMs);
  assert.deepEqual(pauses, [5000, 10_000, 20_000, 320_000, 600_000, 600_000]);
});

test("delivery schedule: jitter takes away up to half of a pause", () => {
  assert.equal(retryTime({ ...failed, attempt: 3 }, 0), hourMs + 10_000);
  assert.equal(retryTime({ ...failed, attempt: 3 }, 1), hourMs + 20_000);
});

test("delivery schedule: without a session the task is due at once, since all of them wait together", () => {
  assert.equal(retryTime({ ...failed, phase: "connect", attempt: 9 }, 0.5), failed.now);
});

test("delivery schedule: a task that the destination refused lets another have the next trial", () => {
  assert.equal(retryTime({ ...failed, allWaitMs: 5000, attempt: 9 }, 0.5), failed.now + 7500);
});

test("delivery schedule: the last attempt is at the deadline", () => {
  const late = { ...failed, attempt: 20, now: 72 * hourMs - 1000 };
  assert.equal(retryTime(late, 1), 72 * hourMs);
  assert.equal(retryTime({ ...late, now: 72 * hourMs }, 1), null);
  assert.equal(retryTime({ ...late, phase: "connect", now: 73 * hourMs }, 1), null);
});

test("delivery schedule: what the operator has to mend has no deadline", () => {
  for (const kind of ["login", "permission", "no_space", "tls", "folder_refused"] as const) {
    const late = { ...failed, kind, now: 1000 * hourMs };
    assert.equal(retryTime({ ...late, phase: "connect" }, 1), late.now);
    assert.equal(retryTime(late, 1), late.now + 5000);
  }
});
