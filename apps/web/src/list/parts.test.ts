import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Task, TaskSchema, TaskState } from "@dwld/rpc";
import { byDay, partsOf, withPlaces } from "./parts.ts";

const everything = { part: undefined, text: "", site: "" };

function known(...tasks: readonly Task[]) {
  const ids = (...states: TaskState[]) => tasks.filter(({ state }) => states.includes(state)).map(({ id }) => id);
  return {
    ids: {
      now: ids(TaskState.DOWNLOADING),
      waiting: ids(TaskState.QUEUED),
      failed: ids(TaskState.FAILED),
      done: ids(TaskState.DONE),
    },
    taskOf: (id: string) => tasks.find((task) => task.id === id),
  };
}

function ended(id: string, time: string, fields: Partial<Task> = {}): Task {
  return Object.assign(
    create(TaskSchema, { id, state: TaskState.DONE, finishTime: timestampFromDate(new Date(time)) }),
    fields,
  );
}

test("parts of the list: what ended stands by its end, however long ago it was added", () => {
  const tasks = known(ended("c", "2026-11-27T10:00"), ended("b", "2026-11-27T12:00"), ended("a", "2026-11-27T11:00"));
  assert.deepEqual(partsOf(tasks, everything).done, ["b", "a", "c"]);
});

test("parts of the list: a search looks into titles and links, in any case, as the server does", () => {
  const tasks = known(
    create(TaskSchema, { id: "a", state: TaskState.QUEUED, title: "Прогулка у МОРЯ", site: "x" }),
    create(TaskSchema, { id: "b", state: TaskState.DOWNLOADING, link: "https://x.example/моря", site: "y" }),
    create(TaskSchema, { id: "c", state: TaskState.FAILED, title: "Another", site: "x" }),
  );
  const found = partsOf(tasks, { ...everything, text: "моря" });
  assert.deepEqual(found, { now: ["b"], waiting: ["a"], failed: [], done: [] });
  assert.deepEqual(partsOf(tasks, { part: "failed", text: "", site: "x" }), {
    now: [],
    waiting: [],
    failed: ["c"],
    done: [],
  });
});

test("days of the list: each day of the calendar has its rows, and midnight divides two", () => {
  const days = byDay([
    ended("c", "2026-11-27T00:00:01"),
    ended("b", "2026-11-26T23:59:59"),
    ended("a", "2026-11-26T08:00"),
  ]);
  assert.deepEqual(
    days.map(({ day, ids }) => [day.getDate(), ids]),
    [
      [27, ["c"]],
      [26, ["b", "a"]],
    ],
  );
});

const none = { now: [], waiting: [], failed: [], done: [] };

test("held rows: each stays where it is, and none is shown twice", () => {
  const before = { ...none, now: ["b"], done: ["a"] };
  assert.deepEqual(withPlaces(before, { ...none, now: ["d"], done: ["c", "b", "a"] }), before);
});

test("held rows: what is loaded after the last row of a part is added there", () => {
  const before = { ...none, failed: ["d"], done: ["c", "b"] };
  assert.deepEqual(withPlaces(before, { ...none, failed: ["d", "d2"], done: ["c", "b", "a"] }), {
    ...before,
    failed: ["d", "d2"],
    done: ["c", "b", "a"],
  });
});

test("held rows: a part appears below all others, and not above rows", () => {
  const before = { ...none, waiting: ["b"] };
  assert.deepEqual(withPlaces(before, { ...none, now: ["c"], waiting: ["b"], done: ["a"] }), {
    ...before,
    done: ["a"],
  });
});
