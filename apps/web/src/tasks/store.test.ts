import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { effect } from "@preact/signals";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type Task, TaskSchema, TaskState, WatchTasksResponseSchema } from "@dwld/rpc";
import { TaskStore } from "./store.ts";

const { QUEUED, DOWNLOADING, DONE, FAILED } = TaskState;

type Event = NonNullable<MessageInitShape<typeof WatchTasksResponseSchema>["event"]>;

let store: TaskStore;
beforeEach(() => {
  store = new TaskStore();
});

/** A task by a number that grows with its creation. */
function task(number: number, state: TaskState, more: MessageInitShape<typeof TaskSchema> = {}): Task {
  return create(TaskSchema, { id: idOf(number), state, updateTime: timestampFromMs(number * 1000), ...more });
}

function idOf(number: number): string {
  return String(number).padStart(8, "0");
}

function event(of: Event, revision = "r") {
  return create(WatchTasksResponseSchema, { revision, event: of });
}

function snapshot(tasks: Task[], revision = "r") {
  return event({ case: "snapshot", value: { tasks } }, revision);
}

const heartbeat = event({ case: "heartbeat", value: {} });

function known(): string[] {
  return Object.values(store.sections.value).flat().toSorted();
}

describe("task store, a snapshot", () => {
  test("removes what it would have: open tasks, and final ones as new as its newest 50", () => {
    const newest = Array.from({ length: 50 }, (_, index) => task(1000 - index, DONE));
    store.apply([snapshot([...newest, task(10, QUEUED), task(9, QUEUED)])]);
    store.put([task(500, DONE), task(499, FAILED)]);
    store.apply([snapshot([...newest.slice(1), task(800, DONE), task(9, QUEUED)])]);
    assert.equal(store.has(idOf(1000)), false, "a final task that is newer than the oldest of the 50");
    assert.equal(store.has(idOf(10)), false, "an open task");
    assert.deepEqual([store.has(idOf(500)), store.has(idOf(499)), store.has(idOf(9))], [true, true, true]);
  });

  test("removes everything that it lacks, if it has all tasks", () => {
    store.put([task(1, DONE), task(2, DONE)]);
    store.apply([snapshot([task(2, DONE)])]);
    assert.deepEqual(known(), [idOf(2)]);
  });

  test("in several messages is whole with the first revision, and removes nothing before", () => {
    store.apply([snapshot([task(1, QUEUED), task(2, QUEUED)])]);
    store.apply([snapshot([task(3, QUEUED)], "")]);
    store.apply([event({ case: "changed", value: task(2, QUEUED) }, "")]);
    assert.deepEqual([known(), store.generation.value], [[idOf(1), idOf(2), idOf(3)], 1]);
    store.apply([heartbeat]);
    assert.deepEqual([known(), store.generation.value], [[idOf(2), idOf(3)], 2]);
  });

  test("that breaks off is forgotten when the next one begins", () => {
    store.apply([snapshot([task(1, QUEUED)], ""), event({ case: "changed", value: task(2, QUEUED) }, "")]);
    store.apply([snapshot([task(3, QUEUED)])]);
    assert.deepEqual(known(), [idOf(3)]);
  });

  test("leaves old history until its pages were loaded again", () => {
    const newest = Array.from({ length: 50 }, (_, index) => task(1000 - index, DONE));
    store.apply([snapshot(newest)]);
    store.put([task(500, DONE), task(499, DONE)]);
    store.apply([snapshot(newest)]);
    assert.equal(store.has(idOf(499)), true);
    store.put([task(500, DONE)]);
    store.forgetUnconfirmed();
    assert.deepEqual([store.has(idOf(500)), store.has(idOf(499)), store.has(idOf(1000))], [true, false, true]);
  });
});

describe("task store, an answer", () => {
  test("that is older than what the stream told changes nothing", () => {
    store.apply([event({ case: "changed", value: task(1, DONE, { updateTime: timestampFromMs(2000) }) })]);
    store.put([task(1, DOWNLOADING, { updateTime: timestampFromMs(1000) })]);
    assert.equal(store.task(idOf(1))?.value.state, DONE);
  });

  test("does not bring a deleted task back", () => {
    store.put([task(1, DONE)]);
    store.apply([event({ case: "deletedId", value: idOf(1) })]);
    store.put([task(1, DONE)]);
    assert.equal(store.has(idOf(1)), false);
  });

  test("brings it back after a whole snapshot, since a backup may have been restored", () => {
    store.apply([event({ case: "deletedId", value: idOf(1) }), snapshot([])]);
    store.put([task(1, DONE)]);
    assert.equal(store.has(idOf(1)), true);
  });

  test("with attempts is kept when the stream tells the task without the end of stderr, or without attempts", () => {
    const attempts = [{ id: "a", stage: "default", stderrTail: "ERROR: gone" }];
    store.put([task(1, FAILED, { attempts })]);
    store.apply([
      event({
        case: "changed",
        value: task(1, FAILED, { attempts: [{ id: "a", exitCode: 1 }, { id: "b" }] }),
      }),
    ]);
    const told = store.task(idOf(1))?.value.attempts.map(({ id, stderrTail, exitCode }) => [id, stderrTail, exitCode]);
    assert.deepEqual(told, [
      ["a", "ERROR: gone", 1],
      ["b", "", undefined],
    ]);
    store.apply([snapshot([task(1, FAILED)])]);
    assert.equal(store.task(idOf(1))?.value.attempts.length, 2);
  });
});

describe("task store", () => {
  test("believes the stream although the server's clock was set back", () => {
    store.put([task(1, QUEUED, { updateTime: timestampFromMs(9000) })]);
    store.apply([event({ case: "changed", value: task(1, DONE, { updateTime: timestampFromMs(1000) }) })]);
    assert.equal(store.task(idOf(1))?.value.state, DONE);
  });

  test("takes what a newer server tells: an unknown event, an unknown state", () => {
    const unknownEvent = Uint8Array.from([0xfa, 0x01, 0x01, 0x00]);
    store.apply([
      snapshot([task(1, 77 as TaskState)]),
      fromBinary(
        WatchTasksResponseSchema,
        Uint8Array.from([...toBinary(WatchTasksResponseSchema, create(WatchTasksResponseSchema)), ...unknownEvent]),
      ),
    ]);
    assert.deepEqual(store.sections.value.waiting, [idOf(1)]);
  });

  test("forgets all for another person, also what was deleted and what is arriving", () => {
    store.apply([event({ case: "deletedId", value: idOf(1) }), snapshot([task(2, QUEUED)], "")]);
    store.clear();
    store.apply([heartbeat]);
    store.put([task(1, DONE)]);
    assert.deepEqual([known(), store.generation.value], [[idOf(1)], 0]);
  });
});

describe("task store, of 5,000 tasks", () => {
  const tasks = Array.from({ length: 5000 }, (_, index) => task(index, index < 20 ? DOWNLOADING : QUEUED)).toReversed();

  test("makes the lists once for a snapshot in ten messages, once for a burst, and never for progress", () => {
    let lists = 0;
    let rows = 0;
    const stop = effect(() => {
      void store.sections.value;
      lists += 1;
    });
    const [first, ...rest] = [tasks.slice(0, 500), ...tasks.slice(500).map((each) => [each])];
    store.apply([snapshot(first ?? [], "")]);
    for (const [each] of rest) store.apply([event({ case: "changed", value: each ?? task(0, QUEUED) }, "")]);
    store.apply([heartbeat]);
    assert.equal(lists, 3, "at the beginning, the first message, the whole");

    const stopRow = effect(() => {
      void store.task(idOf(7))?.value;
      rows += 1;
    });
    for (let round = 0; round < 10; round += 1)
      store.apply(
        Array.from({ length: 20 }, (_, number) =>
          event({ case: "progress", value: { taskId: idOf(number), progress: { doneBytes: BigInt(round) } } }),
        ),
      );
    assert.deepEqual([lists, rows], [3, 11]);

    const { now, waiting } = store.sections.value;
    store.apply(
      Array.from({ length: 500 }, (_, number) => event({ case: "changed", value: task(6000 + number, QUEUED) })),
    );
    assert.equal(lists, 4);
    assert.equal(store.sections.value.now, now, "a part that did not change keeps its array");
    assert.notEqual(store.sections.value.waiting, waiting);
    stop();
    stopRow();
  });
});
