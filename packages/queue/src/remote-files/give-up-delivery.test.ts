import assert from "node:assert/strict";
import { test } from "node:test";
import { retryTask } from "../tasks/cancel-task.ts";
import { addedTask, claimed, downloadedTask, freshDatabase, row } from "../testing/fresh-database.ts";
import { giveUpDelivery } from "./give-up-delivery.ts";
import { countTasks } from "../tasks/list-tasks.ts";
import { settleDelivery } from "../runner/settle-delivery.ts";

const failure = { failureClass: "server_away", message: "m", advice: { en: "a", ru: "по-русски" } };

test("give up delivery: a task that waited too long fails with the reason, even if it was put off", async (t) => {
  const database = await freshDatabase(t);
  // Both tasks are ready at 2.
  const [plain, putOff] = [await downloadedTask(database), await downloadedTask(database)];
  await claimed(database, "delivery");
  const lease = await claimed(database, "delivery");
  assert.equal(lease.task.id, putOff.id);
  await settleDelivery(database, lease, { outcome: "failed", failure, retryAt: 1e9 }, 3);
  assert.equal(await giveUpDelivery(database, 1, failure, 5), 0, "not yet");
  assert.equal(await giveUpDelivery(database, 2, failure, 5), 1);
  const { state, owner, process_id, not_before, finished_at, ...given } = await row(database, putOff.seq);
  assert.deepEqual([state, owner, process_id, not_before, finished_at], ["FAILED", null, null, null, 5]);
  assert.deepEqual(
    [given.failure_class, given.failure_message, given.advice_texts],
    ["server_away", "m", JSON.stringify(failure.advice)],
  );
  assert.equal((await row(database, plain.seq)).state, "SENDING", "what somebody holds is let be");
});

test("give up delivery: several tasks fail at once, and nothing else is touched", async (t) => {
  const database = await freshDatabase(t);
  for (let count = 0; count < 3; count++) await downloadedTask(database);
  await addedTask(database);
  assert.equal(await giveUpDelivery(database, 9, failure, 9), 3);
  const { FAILED, QUEUED } = await countTasks(database, "all");
  assert.deepEqual([FAILED, QUEUED], [3, 1]);
});

test("give up delivery: a retry has its whole time again", async (t) => {
  const database = await freshDatabase(t);
  const { id } = await downloadedTask(database);
  await giveUpDelivery(database, 9, failure, 9);
  await retryTask(database, { id, scope: "all" }, 100);
  assert.equal(await giveUpDelivery(database, 99, failure, 101), 0);
  assert.equal(await giveUpDelivery(database, 100, failure, 101), 1);
});
