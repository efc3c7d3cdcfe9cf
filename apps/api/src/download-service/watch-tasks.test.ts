import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { cleanHistory, databaseIdentity, deleteTask, type Lease, noteFacts } from "@dwld/queue";
import { claimTask, openLocation, settleDownload } from "@dwld/queue/testing";
import { TaskState, type WatchTasksResponse } from "@dwld/rpc";
import { eventually } from "@dwld/testbed";
import { connectInMemory, openContext, type OpenedContext } from "../testing/served-api.ts";
import { writeRevisionToken } from "../watch/revision-token.ts";

type Client = ReturnType<typeof connectInMemory>;
type Watched = {
  events: WatchTasksResponse[];
  next: (what: string, fits: (event: WatchTasksResponse["event"]) => boolean) => Promise<WatchTasksResponse>;
};

const claimant = { processId: "worker", defaultSiteParallel: 100 };

describe("watching tasks", () => {
  let opened: OpenedContext;
  let client: Client;

  beforeEach(async () => {
    opened = await openContext();
    client = connectInMemory(opened);
  });

  afterEach(async () => {
    await opened.close();
  });

  /** Pulls from a stream until something fits; keeps all that came. */
  function watch(request: Parameters<Client["watchTasks"]>[0] = {}): Watched & { close: () => Promise<void> } {
    const leave = new AbortController();
    const stream = client.watchTasks(request, { signal: leave.signal })[Symbol.asyncIterator]();
    const events: WatchTasksResponse[] = [];
    return {
      events,
      next: async (what, fits) => {
        const deadline = AbortSignal.timeout(10_000);
        for (;;) {
          deadline.throwIfAborted();
          const result = await stream.next();
          if (result.done === true) assert.fail(`the stream ended before ${what}`);
          events.push(result.value);
          if (fits(result.value.event)) return result.value;
        }
      },
      close: async () => {
        const before = opened.context.feed.watchers;
        leave.abort();
        await assert.rejects(stream.next(), (error) => ConnectError.from(error).code === Code.Canceled);
        await eventually("the server has let go of the watcher", () => opened.context.feed.watchers < before);
      },
    };
  }

  const isSnapshot = ({ case: name }: WatchTasksResponse["event"]) => name === "snapshot";
  const isChangeTo = (state: TaskState) => (event: WatchTasksResponse["event"]) =>
    event.case === "changed" && event.value.state === state;
  const isHeartbeat = ({ case: name }: WatchTasksResponse["event"]) => name === "heartbeat";

  async function add(path = "a", chatId = ""): Promise<string> {
    const { task } = await client.addTask({ link: `https://videos.example/${path}`, chatId });
    return task?.id ?? assert.fail();
  }

  async function claim(): Promise<Lease> {
    return (await claimTask(opened.context.database, "download", claimant, Date.now())) ?? assert.fail();
  }

  /** Watches until all is told, and returns the revision to come back with. */
  async function watchOnce(): Promise<string> {
    const watcher = watch();
    const { revision } = await watcher.next("the snapshot", isSnapshot);
    await watcher.close();
    return revision;
  }

  function snapshotIds({ event }: WatchTasksResponse): string[] {
    return event.case === "snapshot" ? event.value.tasks.map(({ id }) => id) : assert.fail();
  }

  it("WatchTasks: a snapshot comes first, then every change in order", async () => {
    const id = await add();
    const watcher = watch();
    assert.deepEqual(snapshotIds(await watcher.next("the snapshot", isSnapshot)), [id]);
    const lease = await claim();
    await watcher.next("the claim", isChangeTo(TaskState.DOWNLOADING));
    const outcome = { outcome: "downloaded" as const, files: [], media: {}, host: "h" };
    await settleDownload(opened.context.database, lease, outcome, Date.now());
    await watcher.next("the download's end", isChangeTo(TaskState.READY_TO_SEND));
    await watcher.close();
  });

  it("WatchTasks: changes of another process are sent, too", async () => {
    const watcher = watch();
    await watcher.next("the snapshot", isSnapshot);
    const other = await openLocation(opened.context.database.location);
    const id = await add();
    await watcher.next("the new task", isChangeTo(TaskState.QUEUED));
    await deleteTask(other, { id, scope: "all" }, false, Date.now());
    const { event } = await watcher.next("the deletion", ({ case: name }) => name === "deletedId");
    assert.equal(event.value, id);
    await other.close();
    await watcher.close();
  });

  it("WatchTasks: the snapshot has everything that is not final, and the newest 50 of the rest", async () => {
    const waiting = await add("first");
    for (let i = 0; i < 60; i += 1) await client.cancelTask({ id: await add(`canceled ${i}`.replaceAll(" ", "-")) });
    const watcher = watch();
    const ids = snapshotIds(await watcher.next("the snapshot", isSnapshot));
    assert.equal(ids.length, 51);
    assert.equal(ids.at(-1), waiting);
    await watcher.close();
  });

  it("WatchTasks: a snapshot too long for one message goes on as changes, and has its revision only at the end", async () => {
    await Promise.all(Array.from({ length: 1203 }, (_, i) => add(`v${i}`)));
    const watcher = watch();
    const last = await watcher.next("the end of the snapshot", isHeartbeat);
    const told = watcher.events.flatMap(({ event }) => {
      if (event.case === "snapshot") return event.value.tasks.map(({ id }) => id);
      return event.case === "changed" ? [event.value.id] : [];
    });
    assert.equal(new Set(told).size, 1203);
    assert.equal(told.length, 1203);
    assert.ok(watcher.events.slice(0, -1).every(({ revision }) => revision === ""));
    assert.notEqual(last.revision, "");
    await watcher.close();
  });

  it("WatchTasks: a watcher that comes back with a revision gets the changes since, and no snapshot", async () => {
    const id = await add();
    const revision = await watchOnce();
    await client.cancelTask({ id });
    const deleted = await add("b");
    await client.deleteTask({ id: deleted });
    const again = watch({ sinceRevision: revision });
    await again.next("the deletion", ({ case: name, value }) => name === "deletedId" && value === deleted);
    assert.ok(again.events.every(({ event }) => !isSnapshot(event)));
    const [first] = again.events;
    assert.ok(first !== undefined && isChangeTo(TaskState.CANCELED)(first.event));
    assert.equal(first.event.case === "changed" && first.event.value.id, id);
    await again.close();
  });

  it("WatchTasks: a watcher that missed nothing gets a heartbeat at once", async () => {
    await add();
    const revision = await watchOnce();
    const again = watch({ sinceRevision: revision });
    const begun = performance.now();
    await again.next("a heartbeat", isHeartbeat);
    assert.ok(performance.now() - begun < 2000);
    // Reasons to wait are no changes: they are told as they are now.
    assert.equal(again.events.map(({ event }) => event.case).join(), "wait,heartbeat");
    await again.close();
  });

  it("WatchTasks: a watcher that comes back gets a progress that stands still, and none of a task that has ended", async () => {
    const ids = [await add("a"), await add("b")];
    const ended = [await claim(), await claim()].find(({ task }) => task.id === ids[1]) ?? assert.fail();
    for (const id of ids) opened.cache.live.set(id, { doneBytes: 1, step: "v", updatedAtMs: 1000 });
    const revision = await watchOnce();
    opened.cache.live.set(ids[0] ?? "", { doneBytes: 9, step: "Merger", updatedAtMs: 2000 });
    const failure = { failureClass: "gone", message: "", advice: { en: "It is gone." } } as const;
    await settleDownload(opened.context.database, ended, { outcome: "failed", failure, retryAt: null }, Date.now());
    const again = watch({ sinceRevision: revision });
    await again.next("a heartbeat", isHeartbeat);
    const told = again.events.flatMap(({ event: { case: name, value } }) => (name === "progress" ? [value] : []));
    assert.deepEqual([told.length, told[0]?.taskId, told[0]?.progress?.step], [1, ids[0], "Merger"]);
    await again.close();
  });

  it("WatchTasks: a revision that is rubbish, another database's, or too old is answered with a snapshot", async () => {
    const tooOld = await watchOnce();
    await client.deleteTask({ id: await add() });
    // Deletions are remembered for a day.
    await cleanHistory(opened.context.database, { scope: "all", states: [] }, Date.now() + 25 * 60 * 60 * 1000);
    const another = await openContext();
    const foreign = writeRevisionToken(opened.context.seal, 0, await databaseIdentity(another.context.database));
    for (const sinceRevision of ["rubbish", foreign, tooOld]) {
      const watcher = watch({ sinceRevision });
      const first = await watcher.next("a first message", () => true);
      assert.equal(first.event.case, "snapshot", sinceRevision);
      await watcher.close();
    }
    await another.close();
  });

  it("WatchTasks: a filter applies to everything, and a task that leaves it is sent once more", async () => {
    const [mine, other] = [await add("a", "mine"), await add("b", "other")];
    const watcher = watch({ filter: { states: [TaskState.QUEUED], chatId: "mine" } });
    assert.deepEqual(snapshotIds(await watcher.next("the snapshot", isSnapshot)), [mine]);
    await client.cancelTask({ id: other });
    await client.cancelTask({ id: mine });
    const later = await add("c", "mine");
    await watcher.next("the later task", (event) => event.case === "changed" && event.value.id === later);
    assert.deepEqual(
      watcher.events.slice(1).map(({ event }) => (event.case === "changed" ? [event.value.id, event.value.state] : [])),
      [
        [mine, TaskState.CANCELED],
        [later, TaskState.QUEUED],
      ],
    );
    await watcher.close();
  });

  it("WatchTasks: progress comes from the cache, or from the table where the cache has none", async () => {
    const id = await add();
    const watcher = watch();
    await watcher.next("the snapshot", isSnapshot);
    const lease = await claim();
    const isProgress = (percent: number) => (event: WatchTasksResponse["event"]) =>
      event.case === "progress" && event.value.taskId === id && event.value.progress?.progressPercent === percent;
    const progress = { doneBytes: 1, progressPercent: 10, step: "v", updatedAtMs: 1000 };
    await noteFacts(opened.context.database, lease, { progress });
    await watcher.next("the table's word", isProgress(10));
    opened.cache.live.set(id, { doneBytes: 2, progressPercent: 20, step: "v", updatedAtMs: 2000 });
    const { revision } = await watcher.next("the cache's word", isProgress(20));
    assert.notEqual(revision, "");
    await watcher.close();
  });

  it("WatchTasks: a snapshot has the progress of what is in work", async () => {
    const id = await add();
    await claim();
    opened.cache.live.set(id, { doneBytes: 2, step: "v", updatedAtMs: 2000 });
    const watcher = watch();
    const { event } = await watcher.next("the snapshot", isSnapshot);
    assert.equal(event.case === "snapshot" && event.value.tasks[0]?.progress?.doneBytes, 2n);
    await watcher.close();
  });

  it("WatchTasks: there is a heartbeat within 5 s", async () => {
    const watcher = watch();
    await watcher.next("the snapshot", isSnapshot);
    const begun = performance.now();
    await watcher.next("a heartbeat", isHeartbeat);
    assert.ok(performance.now() - begun < 5000);
    await watcher.close();
  });

  it("WatchTasks: a watcher that reads slowly gets the newest state of each task, and no backlog", async () => {
    const watcher = watch();
    await watcher.next("the snapshot", isSnapshot);
    const id = await add();
    for (let i = 0; i < 100; i += 1) {
      await client.cancelTask({ id });
      await client.retryTask({ id });
    }
    const last = await add("last");
    await watcher.next("the last task", (event) => event.case === "changed" && event.value.id === last);
    assert.ok(watcher.events.length < 10, `${watcher.events.length} messages`);
    await watcher.close();
  });

  it("WatchTasks: a task that changed twice before it was sent is sent once, in its newest state", async () => {
    const watcher = watch();
    await watcher.next("the snapshot", isSnapshot);
    const [first, second, third] = [await add("1"), await add("2"), await add("3")];
    await eventually("all three wait to be told", () => opened.context.feed.revision >= 3);
    await watcher.next("the first", (event) => event.case === "changed" && event.value.id === first);
    await client.cancelTask({ id: second });
    await eventually("the cancelation waits, too", () => opened.context.feed.revision >= 4);
    await watcher.next("the second", isChangeTo(TaskState.CANCELED));
    assert.deepEqual(
      watcher.events.slice(1).map(({ event }) => (event.case === "changed" ? event.value.id : event.case)),
      [first, third, second],
    );
    await watcher.close();
  });

  it("WatchTasks: a server that stops ends the stream as unavailable", async () => {
    const watcher = watch();
    await watcher.next("the snapshot", isSnapshot);
    opened.stop();
    await assert.rejects(
      () => watcher.next("the end", () => false),
      (error) => ConnectError.from(error).code === Code.Unavailable,
    );
  });

  it("WatchTasks: two hundred watchers are told of each change by one reading, and leave nothing behind", async () => {
    const { feed } = opened.context;
    const watchers = Array.from({ length: 200 }, () => watch());
    await Promise.all(watchers.map((watcher) => watcher.next("the snapshot", isSnapshot)));
    assert.equal(feed.watchers, 200);
    const id = await add();
    const begun = performance.now();
    await Promise.all(watchers.map((watcher) => watcher.next("the new task", isChangeTo(TaskState.QUEUED))));
    assert.ok(performance.now() - begun < 2000);
    const messages = new Set(watchers.map(({ events }) => events.at(-1)?.event.case));
    assert.deepEqual([...messages], ["changed"], id);
    for (const watcher of watchers) await watcher.close();
    assert.equal(feed.watchers, 0);
  });
});
