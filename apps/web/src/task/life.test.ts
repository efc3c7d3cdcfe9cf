import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { TaskSchema, TaskState } from "@dwld/rpc";
import { lifeOf, totalsOf } from "./life.ts";

const at = (seconds: number) => timestampFromMs(1_800_000_000_000 + seconds * 1000);
const nowMs = 1_800_000_000_000 + 1000 * 1000;

/** The stretches of a task that was added at 0 s, as "kind seconds"; now is 1000 s. */
function lived(fields: MessageInitShape<typeof TaskSchema>): string[] {
  const task = create(TaskSchema, { createTime: at(0), ...fields });
  return lifeOf(task, nowMs).map(({ kind, ms }) => `${kind} ${ms / 1000}`);
}

test("life of a task: a wait, tries that failed, one that did not, and the delivery follow each other", () => {
  const attempts = [
    { startTime: at(10), endTime: at(12), failure: { message: "no" } },
    { startTime: at(100), endTime: at(160) },
  ];
  const files = [{ deliverTime: at(170) }, { deliverTime: at(180) }];
  assert.deepEqual(lived({ state: TaskState.DONE, attempts, files, finishTime: at(180) }), [
    "waiting 10",
    "failing 2",
    "waiting 88",
    "downloading 60",
    "delivering 20",
  ]);
});

test("life of a task: what goes on lasts until now", () => {
  assert.deepEqual(lived({ state: TaskState.QUEUED }), ["waiting 1000"]);
  assert.deepEqual(lived({ state: TaskState.DOWNLOADING, attempts: [{ startTime: at(400) }] }), [
    "waiting 400",
    "downloading 600",
  ]);
  assert.deepEqual(lived({ state: TaskState.SENDING, attempts: [{ startTime: at(0), endTime: at(300) }] }), [
    "downloading 300",
    "delivering 700",
  ]);
});

test("life of a task: one that gave up spent its last time in tries, and one that failed later in its delivery", () => {
  const failed = { startTime: at(0), endTime: at(5), failure: { message: "no" } };
  assert.deepEqual(lived({ state: TaskState.FAILED, attempts: [failed], finishTime: at(5) }), ["failing 5"]);
  const downloaded = { startTime: at(0), endTime: at(5) };
  assert.deepEqual(lived({ state: TaskState.FAILED, attempts: [downloaded], finishTime: at(50) }), [
    "downloading 5",
    "delivering 45",
  ]);
});

test("life of a task: a clock that was set back makes no stretch negative, and none is beyond the end", () => {
  const attempts = [
    { startTime: at(-50), endTime: at(-40), failure: { message: "no" } },
    { startTime: at(30), endTime: at(20) },
  ];
  assert.deepEqual(lived({ state: TaskState.CANCELED, attempts, finishTime: at(25) }), ["waiting 25"]);
});

test("life of a task: the sums of the kinds are the whole", () => {
  const attempts = [1, 2, 3].map((each) => ({
    startTime: at(each * 100),
    endTime: at(each * 100 + 10),
    failure: { message: "no" },
  }));
  const life = lifeOf(create(TaskSchema, { createTime: at(0), state: TaskState.QUEUED, attempts }), nowMs);
  assert.deepEqual(totalsOf(life), [
    { kind: "waiting", ms: 970_000 },
    { kind: "failing", ms: 30_000 },
  ]);
});
