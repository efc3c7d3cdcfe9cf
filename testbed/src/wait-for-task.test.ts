import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { DownloadService, TaskState } from "@dwld/rpc";
import { waitForTask } from "./wait-for-task.ts";

/** A server whose task goes through these states, one a question, and stays in the last. */
function clientOf(states: TaskState[]) {
  let questions = 0;
  const transport = createRouterTransport(({ service }) => {
    service(DownloadService, {
      getTask: ({ id }) => ({
        task: {
          id,
          state: states[Math.min(questions++, states.length - 1)] ?? TaskState.UNSPECIFIED,
          failure: { message: "a reason" },
        },
      }),
    });
  });
  return createClient(DownloadService, transport);
}

test("waitForTask: returns a task once it is in the state, or meets the condition", async () => {
  const client = clientOf([TaskState.QUEUED, TaskState.DOWNLOADING, TaskState.DONE]);
  assert.equal(
    (await waitForTask(client, "1", ({ state }) => state !== TaskState.QUEUED)).state,
    TaskState.DOWNLOADING,
  );
  assert.equal((await waitForTask(client, "1", TaskState.DONE)).id, "1");
});

test("waitForTask: an error names the last state of a task, and why", async () => {
  const client = clientOf([TaskState.FAILED]);
  await assert.rejects(waitForTask(client, "1", TaskState.DONE, 50), /task 1 is DONE\nIt is FAILED. a reason/);
});
