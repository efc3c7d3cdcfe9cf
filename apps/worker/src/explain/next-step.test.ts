import assert from "node:assert/strict";
import { test } from "node:test";
import { failureClasses } from "../failure/failure-class.ts";
import { isFinal, remedyFor } from "../stages/remedy.ts";
import { nextStep } from "./next-step.ts";

test("next step: every class has a sentence", (context) => {
  for (const failureClass of failureClasses) {
    const sentence = nextStep(failureClass);
    context.diagnostic(`${failureClass}: ${sentence}`);
    assert.match(sentence, /^dwld .+[^.]\.$/);
    assert.doesNotMatch(sentence, /undefined|NaN|  /);
  }
});

test("next step: only a final failure ends the task at once", () => {
  for (const failureClass of failureClasses) {
    if (failureClass === "filtered" || failureClass === "playlist_partial") continue;
    assert.equal(
      nextStep(failureClass).startsWith("dwld ends the task:"),
      isFinal(remedyFor(failureClass)),
      failureClass,
    );
  }
});

test("next step: a time that the site named replaces the pauses", () => {
  assert.match(nextStep("not_started", { retryAt: "2026-12-01T18:00:00Z" }), /after 2026-12-01T18:00:00Z/);
  assert.match(nextStep("rate_limited", { retryAt: "2026-12-01T18:00:00Z" }), /rest until 2026-12-01T18:00:00Z/);
});
