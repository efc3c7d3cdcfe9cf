import assert from "node:assert/strict";
import { test } from "node:test";
import { isRenewalDue } from "./renewal.ts";

const hourMs = 3_600_000;

for (const [name, { leftHours, renewed }, expected] of [
  ["of which more than half is left is not", { leftHours: 6.1 }, false],
  ["of which less than half is left is", { leftHours: 5.9 }, true],
  ["that is over is not: nothing is left to renew", { leftHours: -0.1 }, false],
  ["that could not be prolonged, since its token ends, is not", { leftHours: 3, renewed: 3 }, false],
  ["that was renewed half a day ago is", { leftHours: 3, renewed: -9 }, true],
] as const satisfies [string, { leftHours: number; renewed?: number }, boolean][])
  test(`renewal: a session ${name}`, () => {
    const nowMs = Date.parse("2026-11-27T12:00:00Z");
    const until = renewed === undefined ? undefined : nowMs + renewed * hourMs;
    assert.equal(isRenewalDue(nowMs + leftHours * hourMs, { renewed: until, nowMs }), expected);
  });
