import assert from "node:assert/strict";
import { test } from "node:test";
import { afterEnd, noRuns, type RunHistory, wellMs } from "./restart-policy.ts";

const killed = { exitCode: undefined, signal: "SIGKILL" };
const ended = (exitCode: number) => ({ exitCode, signal: undefined });
const old: RunHistory = { crashes: 0, hasRunWell: true };

test("restart policy: a killed app is started again at any age", () => {
  for (const ranMs of [0, 1, 4999, 5000, wellMs, 86_400_000])
    for (const signal of ["SIGKILL", "SIGSEGV", "SIGTERM"])
      assert.equal(afterEnd({ exitCode: undefined, signal }, ranMs, noRuns).next, "start again", `${signal} ${ranMs}`);
});

test("restart policy: the pause doubles with each death in a row, is bounded, and begins anew after a run that went well", () => {
  let history = noRuns;
  const pauses: number[] = [];
  const die = (ranMs: number) => {
    const verdict = afterEnd(killed, ranMs, history);
    assert.ok(verdict.next === "start again");
    history = verdict.history;
    pauses.push(verdict.afterMs);
  };
  for (let death = 0; death < 10; death += 1) die(0);
  assert.deepEqual(pauses, [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000]);
  die(wellMs);
  die(0);
  assert.deepEqual(pauses.slice(-2), [100, 200]);
});

test("restart policy: a status that says that an app cannot run ends all, however long the app ran", () => {
  for (const exitCode of [2, 65, 78])
    for (const ranMs of [0, 4 * 3_600_000])
      assert.equal(afterEnd(ended(exitCode), ranMs, old).next, "give up", `${exitCode} after ${ranMs} ms`);
});

test("restart policy: every other status is a reason to start again", () => {
  for (const exitCode of [0, 1, 3, 64, 77, 137, 255])
    assert.equal(afterEnd(ended(exitCode), 0, noRuns).next, "start again", String(exitCode));
});

test("restart policy: an address that is taken ends all at the first start, and is waited for afterwards", () => {
  assert.equal(afterEnd(ended(69), 0, noRuns).next, "give up");
  assert.equal(afterEnd(ended(69), 0, old).next, "start again");
});
