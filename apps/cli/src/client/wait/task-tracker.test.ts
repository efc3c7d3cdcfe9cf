import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  FailureClass,
  type Task,
  TaskSchema,
  TaskState,
  WaitReason,
  type WatchTasksResponse,
  WatchTasksResponseSchema,
} from "@dwld/rpc";
import { type Change, TaskTracker } from "./task-tracker.ts";

const task = (id: string, state: TaskState, more: MessageInitShape<typeof TaskSchema> = {}): Task =>
  create(TaskSchema, { id, state, ...more });
const message = (event: MessageInitShape<typeof WatchTasksResponseSchema>["event"]): WatchTasksResponse =>
  create(WatchTasksResponseSchema, { event: event ?? { case: undefined } });
const snapshot = (...tasks: Task[]): WatchTasksResponse => message({ case: "snapshot", value: { tasks } });
const changed = (value: Task): WatchTasksResponse => message({ case: "changed", value });
const told = (changes: Change[]): string[] => changes.map(({ kind, task: { id, state } }) => `${kind} ${id} ${state}`);

function tracking(...tasks: Task[]): TaskTracker {
  const tracker = new TaskTracker();
  for (const each of tasks) tracker.add(each);
  return tracker;
}

test("task tracker: complete when every task is final", () => {
  const tracker = tracking(task("a", TaskState.QUEUED), task("b", TaskState.QUEUED));
  assert.deepEqual(told(tracker.take(changed(task("a", TaskState.DONE)))), ["changed a 5"]);
  assert.equal(tracker.isComplete, false);
  assert.deepEqual(told(tracker.take(changed(task("b", TaskState.FAILED)))), ["changed b 6"]);
  assert.equal(tracker.isComplete, true);
  assert.deepEqual(
    tracker.lost.map(({ id }) => id),
    ["b"],
  );
});

test("task tracker: other tasks are ignored", () => {
  const tracker = tracking(task("a", TaskState.QUEUED));
  assert.deepEqual(tracker.take(changed(task("x", TaskState.DONE))), []);
  assert.deepEqual(tracker.take(snapshot(task("x", TaskState.DONE), task("a", TaskState.QUEUED))).length, 1);
  assert.deepEqual(tracker.take(message({ case: "deletedId", value: "x" })), []);
  assert.deepEqual(tracker.take(message({ case: "progress", value: { taskId: "x", progress: {} } })), []);
  assert.deepEqual(tracker.take(message({ case: "heartbeat", value: {} })), []);
  assert.deepEqual(tracker.tasks.length, 1);
});

test("task tracker: keeps progress with its task", () => {
  const tracker = tracking(task("a", TaskState.DOWNLOADING));
  const changes = tracker.take(message({ case: "progress", value: { taskId: "a", progress: { doneBytes: 7n } } }));
  assert.deepEqual(told(changes), ["progress a 2"]);
  assert.equal(tracker.open[0]?.progress?.doneBytes, 7n);
});

test("task tracker: keeps the last reason to wait with its task, and removes one that is gone", () => {
  const wait = { reason: WaitReason.WORKER };
  const tracker = tracking(task("a", TaskState.QUEUED), task("b", TaskState.DONE));
  const tellWait = (taskId: string) => told(tracker.take(message({ case: "wait", value: { taskId, wait } })));
  assert.deepEqual([tellWait("a"), tellWait("b"), tellWait("x")], [["wait a 1"], [], []]);
  assert.equal(tracker.open[0]?.wait?.reason, WaitReason.WORKER);
  tracker.take(changed(task("a", TaskState.QUEUED)));
  assert.equal(tracker.open[0]?.wait, undefined);
  tellWait("a");
  tracker.take(message({ case: "wait", value: { taskId: "a" } }));
  assert.equal(tracker.open[0]?.wait, undefined);
});

test("task tracker: a task missing in a snapshot is asked for until it is known", () => {
  const tracker = tracking(task("a", TaskState.QUEUED), task("b", TaskState.QUEUED), task("c", TaskState.DONE));
  tracker.take(snapshot(task("b", TaskState.QUEUED)));
  assert.deepEqual(tracker.unsure, ["a"]);
  tracker.add(task("a", TaskState.DONE));
  assert.deepEqual(tracker.unsure, []);
  tracker.take(snapshot());
  assert.deepEqual(tracker.unsure, ["b"]);
  assert.deepEqual(told(tracker.delete("b")), ["deleted b 1"]);
  assert.deepEqual([tracker.unsure, tracker.isComplete, tracker.lost.length], [[], true, 1]);
});

test("task tracker: a playlist is over when its entries are known and final", () => {
  const tracker = tracking(task("list", TaskState.DOWNLOADING));
  tracker.take(changed(task("one", TaskState.QUEUED, { parentId: "list" })));
  tracker.take(changed(task("list", TaskState.DONE, { childCount: 2 })));
  tracker.take(changed(task("one", TaskState.DONE, { parentId: "list" })));
  assert.deepEqual([tracker.unlisted, tracker.open, tracker.isComplete], [["list"], [], false]);
  tracker.add(task("one", TaskState.DONE, { parentId: "list" }));
  tracker.add(task("two", TaskState.QUEUED, { parentId: "list" }));
  tracker.entriesKnown("list");
  assert.equal(tracker.isComplete, false);
  tracker.take(changed(task("two", TaskState.CANCELED, { parentId: "list" })));
  assert.equal(tracker.isComplete, true);
  assert.deepEqual(
    tracker.lost.map(({ id }) => id),
    ["two"],
  );
});

test("task tracker: an entry uploaded on another day is left out, and not lost", () => {
  const failure = { failureClass: FailureClass.FILTERED };
  const options = { uploadedAfter: "2026-01-01" };
  const entry = task("old", TaskState.FAILED, { parentId: "list", failure, options });
  const tracker = tracking(task("list", TaskState.DONE), entry, task("own", TaskState.FAILED, { failure, options }));
  assert.deepEqual(
    [tracker.leftOut.map(({ id }) => id), tracker.lost.map(({ id }) => id)],
    [["old"], ["own"]],
    "a link of one's own that is of another day is lost",
  );
});

test("task tracker: a final state is the end of a task, whatever follows", () => {
  const tracker = tracking(task("a", TaskState.FAILED), task("b", TaskState.QUEUED));
  assert.deepEqual(tracker.take(changed(task("a", TaskState.QUEUED))), []);
  assert.deepEqual(tracker.take(message({ case: "deletedId", value: "a" })), []);
  assert.deepEqual([tracker.isDeleted("a"), tracker.lost.map(({ id }) => id)], [false, ["a"]]);
});
