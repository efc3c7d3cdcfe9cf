import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { noteFacts } from "@dwld/queue";
import { claimTask } from "@dwld/queue/testing";
import { TaskState } from "@dwld/rpc";
import { connectInMemory, openContext, type OpenedContext } from "../testing/served-api.ts";

describe("a list of tasks", () => {
  let opened: OpenedContext;
  let client: ReturnType<typeof connectInMemory>;

  beforeEach(async () => {
    opened = await openContext();
    client = connectInMemory(opened);
  });

  afterEach(async () => {
    await opened.close();
  });

  async function add(request: Parameters<typeof client.addTask>[0] = {}) {
    const { task } = await client.addTask({ link: "https://videos.example/watch?v=1", ...request });
    return task ?? assert.fail();
  }

  it("ListTasks: pages hold every task once, newest first, while others are added", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 7; i += 1) ids.unshift((await add({ folder: `f${i}` })).id);
    const seen: string[] = [];
    let pageToken = "";
    do {
      const page = await client.listTasks({ pageSize: 3, pageToken });
      seen.push(...page.tasks.map(({ id }) => id));
      pageToken = page.nextPageToken;
      await add({ folder: `later${seen.length}` });
    } while (pageToken !== "");
    assert.deepEqual(seen, ids);
  });

  it("ListTasks: a full last page is the last one", async () => {
    await add();
    assert.equal((await client.listTasks({ pageSize: 1 })).nextPageToken, "");
  });

  it("ListTasks: a page token of another filter is refused", async () => {
    for (const folder of ["a", "b"]) await add({ folder });
    const { nextPageToken: pageToken } = await client.listTasks({ pageSize: 1 });
    await assert.rejects(client.listTasks({ pageToken, filter: { chatId: "b" } }), (error) => {
      const { code, rawMessage } = ConnectError.from(error);
      return code === Code.InvalidArgument && rawMessage.includes("page_token");
    });
  });

  it("ListTasks: a list is filtered by state, chat, playlist and text", async () => {
    const a = await add({ chatId: "a" });
    const b = await add({ chatId: "b" });
    await client.cancelTask({ id: b.id });
    const list = async (filter: NonNullable<Parameters<typeof client.listTasks>[0]["filter"]>) =>
      (await client.listTasks({ filter })).tasks.map(({ id }) => id);
    assert.deepEqual(await list({ states: [TaskState.CANCELED] }), [b.id]);
    assert.deepEqual(await list({ states: [TaskState.CANCELED, TaskState.QUEUED] }), [b.id, a.id]);
    assert.deepEqual(await list({ chatId: "a" }), [a.id]);
    assert.deepEqual(await list({ text: "WATCH" }), [b.id, a.id]);
    assert.deepEqual(await list({ text: "100%" }), []);
    assert.deepEqual(await list({ parentId: a.id }), []);
  });

  it("ListTasks: a text is found in link and title whatever its case, in any alphabet, and is no pattern", async () => {
    const { id } = await add({ link: "https://videos.example/a?b=[c]*" });
    const { database } = opened.context;
    const lease = await claimTask(database, "download", { processId: "worker", defaultSiteParallel: 1 }, Date.now());
    assert.ok(lease);
    await noteFacts(database, lease, { title: "Серый КОТ, Straße ^1" });
    const finds = async (text: string) =>
      (await client.listTasks({ filter: { text } })).tasks.some((task) => task.id === id);
    for (const text of ["кот", "сЕРЫЙ", "STRAßE", "b=[C]*", "?", "[", "^1", "VIDEOS"])
      assert.ok(await finds(text), text);
    for (const text of ["к?т", "к*т", "[к]", "%", "_", "кит"]) assert.ok(!(await finds(text)), text);
  });
});
