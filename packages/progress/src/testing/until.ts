import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

const deadlineMs = 20_000;

/** Resolves when the condition holds. Throws AssertionError after 20 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpMs = performance.now() + deadlineMs;
  while (!(await condition())) {
    assert.ok(performance.now() < giveUpMs, `in vain: ${condition.toString()}`);
    await pause(2);
  }
}
