import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { fixed } from "../store/database.ts";
import { addedTask, freshDatabase } from "../testing/fresh-database.ts";
import { done, startTestRunner } from "../testing/test-runner.ts";
import type { RunnerEvent } from "./carry-out.ts";

test("runner: those who count are told of each claim, each lost lease, each defect, and what dead processes gave back", async (t) => {
  const database = await freshDatabase(t);
  const now = Date.now();
  for (let count = 0; count < 3; count += 1) await addedTask(database, {}, now - 5000);
  const told: RunnerEvent[] = [];
  let runs = 0;
  const run = async ({ lease }: { lease: { task: { seq: number } } }) => {
    runs += 1;
    if (runs === 1) throw new Error("a defect");
    // As if others had taken this process for dead.
    if (runs === 2)
      await database.write(async (transaction) => {
        await transaction.run(
          fixed("UPDATE tasks SET owner = 'another', process_id = 'dead' WHERE seq = ?", lease.task.seq),
        );
      });
    return done;
  };
  await startTestRunner(t, database, run, { parallel: 1, report: (event) => told.push(event) });
  const count = (event: RunnerEvent["event"]) => told.filter((one) => one.event === event).length;
  await eventually("the lost task was given back and done", () => runs === 4 && count("expired") === 1);
  assert.deepEqual([count("claimed"), count("lost"), count("defect")], [4, 1, 1]);
  const waits = told.flatMap((one) => (one.event === "claimed" ? [one.waitedMs] : [])).toSorted((a, b) => a - b);
  const [again = NaN, ...first] = waits;
  assert.ok(
    first.every((ms) => ms >= 5000 && ms < 60_000),
    String(waits),
  );
  assert.ok(again < 5000, "it was given back a moment ago");
});
