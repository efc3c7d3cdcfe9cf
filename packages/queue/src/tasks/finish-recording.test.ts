import assert from "node:assert/strict";
import { test } from "node:test";
import { cancelTask, retryTask } from "./cancel-task.ts";
import { finishRecording } from "./finish-recording.ts";
import { addedTask, claimed, freshDatabase, row } from "../testing/fresh-database.ts";
import { aborted, done, startTestRunner } from "../testing/test-runner.ts";
import { countTasks } from "./list-tasks.ts";
import { releaseLease } from "../leases/end-lease.ts";
import { defaultOptions } from "@dwld/options";
import { eventually } from "@dwld/timing/testing";

const options = { ...defaultOptions, liveMode: "record" } as const;

test("finish recording: a recording in work is told to finish, and its owner decides the outcome", async (t) => {
  const database = await freshDatabase(t);
  const { id } = await addedTask(database, { options });
  const { errors } = await startTestRunner(t, database, async (work) => {
    await aborted(work.finish);
    assert.equal(work.signal.aborted, false);
    return done;
  });
  await eventually("it started", async () => (await countTasks(database, "all")).DOWNLOADING === 1);
  assert.equal(((await finishRecording(database, { id, scope: "all" }, 5)) as { state: string }).state, "DOWNLOADING");
  await eventually("done", async () => (await countTasks(database, "all")).DONE === 1);
  assert.deepEqual(errors, []);
});

test("finish recording: a task that is not being recorded is refused", async (t) => {
  const database = await freshDatabase(t);
  const refusal = async (id: string) => {
    const result = await finishRecording(database, { id, scope: "all" }, 2);
    return "refused" in result ? result.refused : undefined;
  };
  assert.equal(await refusal("nobody"), "not_found");
  const { id } = await addedTask(database, { options });
  assert.equal(await refusal(id), "not_recording");
  const plain = await addedTask(database, { link: "https://videos.example/plain" });
  await claimed(database);
  await claimed(database);
  assert.equal(await refusal(plain.id), "not_recording");
  assert.equal(await refusal(id), undefined);
});

test("finish recording: a retry records anew", async (t) => {
  const database = await freshDatabase(t);
  const { id, seq } = await addedTask(database, { options });
  const lease = await claimed(database);
  await finishRecording(database, { id, scope: "all" }, 2);
  await cancelTask(database, { id, scope: "all" }, 3);
  await releaseLease(database, lease);
  assert.equal((await row(database, seq)).finish_requested, 1);
  await retryTask(database, { id, scope: "all" }, 4);
  assert.equal((await row(database, seq)).finish_requested, 0);
});
