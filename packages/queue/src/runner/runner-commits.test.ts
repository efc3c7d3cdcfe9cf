import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { countTasks } from "../tasks/list-tasks.ts";
import { addedTask, freshFile } from "../testing/fresh-database.ts";
import { watchCommits, watchStatements } from "../testing/intercept.ts";
import { done, startTestRunner } from "../testing/test-runner.ts";

test("runner: the end of a run and the next claim are one commit", async (t) => {
  // A server's answer to the look for work comes too late for that commit.
  const database = await freshFile(t);
  for (let count = 0; count < 5; count++) await addedTask(database);
  let steps = "";
  watchStatements(database, (statement) => {
    const { sql } = statement.compile();
    if (/UPDATE tasks .*SET state = 'DONE'/s.test(sql)) steps += "end ";
    if (/RETURNING \*/.test(sql)) steps += "claim ";
  });
  watchCommits(database, () => {
    steps += "commit ";
  });
  const { errors } = await startTestRunner(t, database, async () => done, { parallel: 1 });
  await eventually("all done", async () => (await countTasks(database, "all")).DONE === 5);
  const transactions = steps
    .split(/(?:commit )+/)
    .map((transaction) => transaction.trim())
    .filter(Boolean);
  assert.deepEqual(transactions, ["claim", "end claim", "end claim", "end claim", "end claim", "end"]);
  assert.deepEqual(errors, []);
});
