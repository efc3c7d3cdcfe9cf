import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "@dwld/testbed";
import { execa } from "execa";
import { seededRandom } from "../seeded-random.ts";
import { days, planMonths } from "./calendar.ts";
import { Clock } from "./clock.ts";

test("clock: a jump is seen by a real process, whose timers that were due fire once, and no others", async () => {
  using clock = new Clock();
  const waiting = execa(process.execPath, [join(import.meta.dirname, "fixtures/waits.ts")], {
    env: { ...clock.environment, NODE_TEST_CONTEXT: "" },
  });
  let output = "";
  waiting.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await eventually("it waits", () => output.includes("began"));
  assert.ok(waiting.pid !== undefined);
  await clock.passUntil(clock.now() + 2 * 3_600_000, [waiting.pid]);
  await eventually("its timers have fired", () => output.includes("interval pause timer"));
  await waiting;
  const firedAtMs = Number(/at (\d+)/.exec(output)?.[1]);
  assert.ok(Math.abs(firedAtMs - clock.now()) < 5000, `${firedAtMs} is not ${clock.now()}`);
  assert.doesNotMatch(output, /cleared|late/);
});

test("calendar: a seed plans the same months each time, in order, and each trouble that has an end ends in them", () => {
  const plan = planMonths(seededRandom(7));
  assert.deepEqual(planMonths(seededRandom(7)), plan);
  assert.notDeepEqual(planMonths(seededRandom(8)), plan);
  for (const [index, { atMs }] of plan.entries()) assert.ok(atMs >= (plan[index - 1]?.atMs ?? 0));
  assert.ok((plan.at(-1)?.atMs ?? Infinity) < days * 86_400_000);
  const kinds = Map.groupBy(plan, ({ happening }) => happening.kind);
  for (const kind of [
    "session-ends",
    "ftp-leaves",
    "ftp-returns",
    "disk-fills",
    "power-cut",
    "ftp-certificate",
  ] as const)
    assert.equal(kinds.get(kind)?.length, 1, kind);
  assert.equal(kinds.get("site-breaks")?.length, kinds.get("site-works")?.length);
});
