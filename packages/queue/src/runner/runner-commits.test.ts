import assert from "node:assert/strict";
import { test } from "node:test";
import { countTasks } from "../tasks/list-tasks.ts";
import { addedTask, freshDatabase } from "../testing/fresh-database.ts";
import { watchStatements } from "../testing/intercept.ts";
import { done, startTestRunner } from "../testing/test-runner.ts";
import { until } from "../testing/until.ts";

test("runner: the end of a run and the next claim are one commit", async (t) => {
  const database = await freshDatabase(t);
  for (let count = 0; count < 5; count++) await addedTask(database);
  let steps = "";
  watchStatements(database, (statement) => {
    const { sql } = statement.compile();
    if (/UPDATE tasks .*SET state = 'DONE'/s.test(sql)) steps += "end ";
    if (/RETURNING \*/.test(sql)) steps += "claim ";
    // What each transaction ends with that tells others of a change.
    if (sql.startsWith("UPDATE counters SET value = value + 1 WHERE name IN")) steps += "told ";
  });
  const { errors } = await startTestRunner(t, database, async () => done, { parallel: 1 });
  await until("all done", async () => (await countTasks(database, "all")).DONE === 5);
  const transactions = steps
    .split(/(?:told )+/)
    .map((transaction) => transaction.trim())
    .filter(Boolean);
  assert.deepEqual(transactions, ["claim", "end claim", "end claim", "end claim", "end claim", "end"]);
  assert.deepEqual(errors, []);
});
