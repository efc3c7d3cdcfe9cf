import assert from "node:assert/strict";
import { test } from "node:test";
import { dayMs } from "@dwld/timing";
import { isRenewalDue } from "./renewal.ts";

for (const [name, { leftDays, renewed }, expected] of [
  ["that was begun today is not", { leftDays: 29.1 }, false],
  ["that was begun a day ago is", { leftDays: 28.9 }, true],
  ["that is over is not: nothing is left to renew", { leftDays: -0.1 }, false],
  ["that could not be prolonged, since its token ends, is not", { leftDays: 3, renewed: 3 }, false],
  ["that was renewed a month ago is", { leftDays: 3, renewed: -9 }, true],
] as const satisfies [string, { leftDays: number; renewed?: number }, boolean][])
  test(`renewal: a session ${name}`, () => {
    const nowMs = Date.parse("2026-11-27T12:00:00Z");
    const until = renewed === undefined ? undefined : nowMs + renewed * dayMs;
    assert.equal(isRenewalDue(nowMs + leftDays * dayMs, { renewed: until, nowMs }), expected);
  });
