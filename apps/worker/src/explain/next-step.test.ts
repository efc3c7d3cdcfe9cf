import assert from "node:assert/strict";
import { test } from "node:test";
import { failureClasses } from "../failure/failure-class.ts";
import { policyFor } from "../stages/policy.ts";
import { nextStep } from "./next-step.ts";

test("every class has a sentence that says what dwld does", (context) => {
  for (const failureClass of failureClasses) {
    const sentence = nextStep(failureClass);
    context.diagnostic(`${failureClass}: ${sentence}`);
    assert.match(sentence, /^dwld .+[^.]\.$/);
    assert.doesNotMatch(sentence, /undefined|NaN|  /);
  }
});

test("a final failure ends the task, and no other does so at once", () => {
  for (const failureClass of failureClasses) {
    if (failureClass === "filtered" || failureClass === "playlist_partial") continue;
    assert.equal(nextStep(failureClass).startsWith("dwld ends the task:"), policyFor(failureClass).final, failureClass);
  }
});

test("a time that the site named stands in the place of our pauses", () => {
  assert.match(nextStep("not_started", { retryAt: "2026-12-01T18:00:00Z" }), /after 2026-12-01T18:00:00Z/);
  assert.match(nextStep("rate_limited", { retryAt: "2026-12-01T18:00:00Z" }), /rest until 2026-12-01T18:00:00Z/);
});
