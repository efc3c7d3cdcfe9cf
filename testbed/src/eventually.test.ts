import assert from "node:assert/strict";
import { test } from "node:test";
import { DeadlineError, eventually } from "./eventually.ts";

test("what is looked for is returned as soon as it is there", async () => {
  let looks = 0;
  assert.equal(await eventually("three looks", () => (++looks === 3 ? "seen" : undefined)), "seen");
});

test("nothing, null, false and errors are looked at again; zero and the empty text are there", async () => {
  const answers = [() => undefined, () => null, () => false, () => assert.fail("not yet"), () => 0];
  assert.equal(await eventually("zero", () => answers.shift()?.()), 0);
  assert.equal(await eventually("a text", () => ""), "");
});

test("past the deadline it is said what was waited for, and why it was not there", async () => {
  const waiting = eventually("the moon", () => Promise.reject(new Error("clouds")), { deadlineMs: 50 });
  await assert.rejects(waiting, (error) => {
    assert.ok(error instanceof DeadlineError);
    assert.match(error.message, /50 ms.*the moon\nclouds/);
    return (error.cause as Error).message === "clouds";
  });
});

test("a signal ends the waiting with its own reason", async () => {
  const waiting = eventually("nothing", () => false, { signal: AbortSignal.timeout(10) });
  await assert.rejects(waiting, { name: /TimeoutError|AbortError/ });
});
