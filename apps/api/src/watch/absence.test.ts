import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { defaultOptions } from "@dwld/options";
import { addTask, cancelTask, type Database, deleteTask, listTasks, openDatabase } from "@dwld/queue";
import { weatherOf } from "@dwld/queue/testing";
import { RetryInfoSchema, TaskState, type WatchTasksResponse } from "@dwld/rpc";
import { eventually } from "@dwld/testbed";
import { connectInMemory, openContext } from "../testing/served-api.ts";
import { refusal } from "../testing/test-service.ts";

type Watcher = {
  events: WatchTasksResponse[];
  /** The state of each task that was told and not deleted. */
  states: Map<string, TaskState>;
  ended: ConnectError | undefined;
};

/** A service whose database has weather, and the database of another process, which has none. */
async function open(t: TestContext) {
  const opened = await openContext();
  t.after(() => opened.close());
  const { database, feed } = opened.context;
  const weather = weatherOf(database);
  const other = await openDatabase(database.location);
  t.after(() => other.close());
  const client = connectInMemory(opened);
  const leave = new AbortController();
  t.after(async () => {
    leave.abort();
    await eventually("nobody watches", () => feed.watchers === 0);
  });
  const watch = (sinceRevision = "", take: (event: WatchTasksResponse) => Promise<void> = async () => {}): Watcher => {
    const watcher: Watcher = { events: [], states: new Map(), ended: undefined };
    const follow = async () => {
      for await (const event of client.watchTasks({ sinceRevision }, { signal: leave.signal })) {
        note(watcher, event);
        await take(event);
      }
    };
    follow().catch((error: unknown) => {
      watcher.ended = ConnectError.from(error);
    });
    return watcher;
  };
  return { ...opened, database, weather, other, client, watch };
}

function note({ events, states }: Watcher, message: WatchTasksResponse): void {
  events.push(message);
  const { event } = message;
  if (event.case === "snapshot") states.clear();
  const tasks = event.case === "snapshot" ? event.value.tasks : event.case === "changed" ? [event.value] : [];
  for (const { id, state } of tasks) states.set(id, state);
  if (event.case === "deletedId") states.delete(event.value);
}

let links = 0;

async function add(database: Database): Promise<string> {
  links += 1;
  const request = { link: `https://videos.example/${links}`, site: "s", chatId: "c", userName: "", folder: "" };
  return (await addTask(database, { ...request, targetQuality: 0, options: defaultOptions }, Date.now())).task.id;
}

const ofCase = ({ events }: Watcher, name: WatchTasksResponse["event"]["case"]) =>
  events.filter(({ event }) => event.case === name);

const saysAway = ({ event }: WatchTasksResponse) => event.case === "heartbeat" && event.value.databaseAway;

const knows = (watcher: Watcher, ...ids: string[]) => ids.every((id) => watcher.states.has(id));

test("absence: a stream outlives it, says so in its heartbeats, and misses no change", async (t) => {
  const { weather, other, watch, logLines } = await open(t);
  const watcher = watch();
  await eventually("the snapshot", () => ofCase(watcher, "snapshot").length === 1);
  weather.isAway = true;
  const ids = [await add(other), await add(other)];
  await eventually("a heartbeat says so", () => watcher.events.some(saysAway));
  ids.push(await add(other));
  await cancelTask(other, { id: ids[0] ?? "", scope: "all" }, Date.now());
  assert.equal(watcher.states.size, 0);
  weather.isAway = false;
  await eventually("all is told", () => knows(watcher, ...ids));
  assert.equal(watcher.states.get(ids[0] ?? ""), TaskState.CANCELED);
  assert.equal(ofCase(watcher, "snapshot").length, 1, "no second snapshot was needed");
  assert.equal(logLines.filter((line) => line.includes("could not be read")).length, 1, "told once");
  const { length } = watcher.events;
  await eventually("a further heartbeat", () => watcher.events.slice(length).some((message) => !saysAway(message)));
});

test("absence: a snapshot that it interrupts is sent anew, and none of its messages has a revision", async (t) => {
  const { weather, other, watch } = await open(t);
  for (let count = 0; count < 600; count += 100) await Promise.all(Array.from({ length: 100 }, () => add(other)));
  const watcher = watch("", async () => {
    weather.isAway ||= watcher.events.length === 1;
  });
  await eventually("a heartbeat says so", () => watcher.events.some(saysAway));
  assert.ok(watcher.events.every(({ revision }) => revision === ""));
  weather.isAway = false;
  await eventually("all is told", () => watcher.states.size === 600);
  await eventually("it has a revision", () => watcher.events.at(-1)?.revision !== "");
  assert.equal(ofCase(watcher, "snapshot").length, 2);
});

test("absence: one who comes afterwards is not told of it, though nobody watched when it ended", async (t) => {
  const { weather, other, watch, client, context } = await open(t);
  await add(other);
  const leave = new AbortController();
  const before: WatchTasksResponse[] = [];
  const following = (async () => {
    for await (const event of client.watchTasks({}, { signal: leave.signal })) before.push(event);
  })();
  await eventually("the snapshot", () => before.length > 0);
  weather.isAway = true;
  await eventually("a heartbeat says so", () => before.some(saysAway));
  leave.abort();
  await assert.rejects(following);
  await eventually("nobody watches", () => context.feed.watchers === 0);
  weather.isAway = false;
  const watcher = watch();
  await eventually("a heartbeat", () => ofCase(watcher, "heartbeat").length > 0);
  assert.ok(!watcher.events.some(saysAway));
});

test("absence: one who comes meanwhile is told when to come again", async (t) => {
  const { weather, watch, client } = await open(t);
  weather.isAway = true;
  const watcher = watch();
  const { ended } = await eventually("it is refused", () => watcher.ended !== undefined && watcher);
  assert.equal(ended?.code, Code.Unavailable);
  assert.equal(ended.findDetails(RetryInfoSchema).length, 1);
  for (const call of [
    client.getStatus({}),
    client.listTasks({}),
    client.addTask({ link: "https://videos.example/" }),
  ]) {
    const error = await refusal(call);
    assert.deepEqual([error.code, error.findDetails(RetryInfoSchema).length], [Code.Unavailable, 1]);
  }
});

test("a server that takes another's place: watchers get a snapshot, though the newest revision is beyond theirs", async (t) => {
  const { other, watch } = await open(t);
  const lost = [await add(other), await add(other), await add(other)];
  const watcher = watch();
  await eventually("the snapshot", () => knows(watcher, ...lost));
  const { revision } = watcher.events.at(-1) ?? {};
  // What a promoted replica lacks was acknowledged; its revisions are used again.
  const file = new DatabaseSync(other.name);
  file.exec(`DELETE FROM tasks WHERE seq > 1;
    UPDATE counters SET value = value - 2 WHERE name = 'revision';
    UPDATE counters SET value = value + 1 WHERE name = 'identity'`);
  file.close();
  const ids = [lost[0] ?? "", await add(other), await add(other), await add(other)];
  await eventually("a second snapshot", () => ofCase(watcher, "snapshot").length === 2);
  await eventually("what there is", () => knows(watcher, ...ids));
  assert.deepEqual([...watcher.states.keys()].toSorted(), ids.toSorted());
  const returned = watch(revision);
  await eventually("a revision of the server before counts for nothing", () => knows(returned, ...ids));
  assert.equal(returned.events[0]?.event.case, "snapshot");
});

test("slow reads: whatever comes between them, each watcher ends with what the table has", async (t) => {
  const { weather, other, watch } = await open(t);
  weather.delayMs = () => (Math.random() < 0.3 ? Math.random() * 15 : 0);
  const first = watch();
  await eventually("the snapshot, of an empty table", () => ofCase(first, "snapshot").length === 1);
  const watchers = [first];
  const ids: string[] = [];
  for (let round = 0; round < 150; round += 1) {
    ids.push(await add(other));
    const id = ids[Math.floor(Math.random() * ids.length)] ?? "";
    if (round % 3 === 0) await cancelTask(other, { id, scope: "all" }, Date.now());
    if (round % 5 === 0) await deleteTask(other, { id, scope: "all" }, false, Date.now());
    const known = first.events.findLast(({ revision }) => revision !== "")?.revision ?? "";
    if (round % 30 === 10) watchers.push(watch(), watch(known));
    await new Promise((resolve) => void setImmediate(resolve));
  }
  const rows = await listTasks(other, { scope: "all", states: [] }, { limit: 500 });
  const states = Object.fromEntries(rows.map(({ id, state }) => [id, TaskState[state]] as const));
  for (const [index, watcher] of watchers.entries()) {
    const isComplete = () => {
      const known = ([id, state]: [string, TaskState]) => watcher.states.get(id) === state;
      // A snapshot lacks old tasks that have ended, and one who comes back is told what changed since.
      const expected = Object.entries(states).filter(([id]) => index === 0 || watcher.states.has(id));
      return expected.every(known) && [...watcher.states.keys()].every((id) => id in states);
    };
    await eventually(`watcher ${index} knows all`, isComplete);
  }
});
