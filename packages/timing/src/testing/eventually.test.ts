import assert from "node:assert/strict";
import { test } from "node:test";
import { DeadlineError, eventually } from "./eventually.ts";

test("eventually: returns a value as soon as there is one", async () => {
  let looks = 0;
  assert.equal(await eventually("three looks", () => (++looks === 3 ? "seen" : undefined)), "seen");
});

test("eventually: calls again after undefined, null, false and errors, not after zero or an empty text", async () => {
  const answers = [() => undefined, () => null, () => false, () => assert.fail("not yet"), () => 0];
  assert.equal(await eventually("zero", () => answers.shift()?.()), 0);
  assert.equal(await eventually("a text", () => ""), "");
});

test("eventually: names the condition and the last error after the deadline", async () => {
  const waiting = eventually("the moon", () => Promise.reject(new Error("clouds")), { deadlineMs: 50 });
  await assert.rejects(waiting, (error) => {
    assert.ok(error instanceof DeadlineError);
    assert.match(error.message, /50 ms.*the moon\nclouds/);
    return (error.cause as Error).message === "clouds";
  });
});

test("eventually: a signal ends the wait with its reason", async () => {
  const waiting = eventually("nothing", () => false, { signal: AbortSignal.timeout(10) });
  await assert.rejects(waiting, { name: /TimeoutError|AbortError/ });
});
