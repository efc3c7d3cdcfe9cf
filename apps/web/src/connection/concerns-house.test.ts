import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { TaskSchema, TaskState, type WatchTasksResponse, WatchTasksResponseSchema } from "@dwld/rpc";
import { concernsHouse } from "./concerns-house.ts";

function changed(state: TaskState, wait = false): WatchTasksResponse {
  const task = create(TaskSchema, { state, ...(wait ? { wait: {} } : {}) });
  return create(WatchTasksResponseSchema, { event: { case: "changed", value: task } });
}

const events: readonly [what: string, event: WatchTasksResponse, concerns: boolean][] = [
  ["a snapshot", create(WatchTasksResponseSchema, { event: { case: "snapshot", value: {} } }), true],
  ["a wait", create(WatchTasksResponseSchema, { event: { case: "wait", value: {} } }), true],
  ["a task that is done", changed(TaskState.DONE), true],
  ["a task that failed", changed(TaskState.FAILED), true],
  ["a task whose files wait for their delivery", changed(TaskState.READY_TO_SEND), true],
  ["a task that waits for something", changed(TaskState.QUEUED, true), true],
  ["a task that was claimed", changed(TaskState.DOWNLOADING), false],
  ["progress", create(WatchTasksResponseSchema, { event: { case: "progress", value: {} } }), false],
  ["a heartbeat", create(WatchTasksResponseSchema, { event: { case: "heartbeat", value: {} } }), false],
];
for (const [what, event, concerns] of events)
  test(`house: ${what} ${concerns ? "is" : "is no"} reason to ask for its state`, () => {
    assert.equal(concernsHouse(event), concerns);
  });
