import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { TaskState } from "@dwld/rpc";
import { connectInMemory, openContext, type OpenedContext } from "../served-api.ts";

const link = "https://videos.example/watch?v=1";

async function refusal(call: Promise<unknown>): Promise<ConnectError> {
  try {
    await call;
  } catch (error) {
    return ConnectError.from(error);
  }
  assert.fail("it was answered");
}

describe("forgetting history", () => {
  let opened: OpenedContext;
  let client: ReturnType<typeof connectInMemory>;

  beforeEach(async () => {
    opened = await openContext({ sites: { videos: { hosts: ["videos.example"] } } });
    client = connectInMemory(opened);
  });

  afterEach(() => opened.close());

  async function add(request: Parameters<typeof client.addTask>[0] = {}) {
    const { task } = await client.addTask({ link, ...request });
    assert.ok(task);
    return task;
  }

  it("history is cleaned by state, chat and age, and what is not final stays", async () => {
    for (const chatId of ["a", "b"]) await client.cancelTask({ id: (await add({ chatId })).id });
    await add({ chatId: "a" });
    const long = timestampFromMs(Date.now() - 60_000);
    const all = { allChats: true };
    assert.equal((await client.cleanHistory({ ...all, finishedBefore: long })).deletedCount, 0n);
    assert.equal((await client.cleanHistory({ ...all, states: [TaskState.DONE] })).deletedCount, 0n);
    const asked = await client.cleanHistory({ chatId: "a", validateOnly: true });
    assert.deepEqual(
      [asked.deletedCount, asked.counts.map(({ state, count }) => [state, count])],
      [1n, [[TaskState.CANCELED, 1n]]],
    );
    assert.equal(
      (await client.cleanHistory({ chatId: "a" })).deletedCount,
      1n,
      "what was only counted was still there",
    );
    assert.equal((await client.cleanHistory(all)).deletedCount, 1n);
    assert.equal((await client.listTasks({})).tasks.length, 1);
  });

  it("history of everybody is forgotten only where that is said, and a chat without a name can be named", async () => {
    for (const chatId of ["", "a"]) await client.cancelTask({ id: (await add({ chatId })).id });
    for (const request of [{}, { states: [TaskState.CANCELED] }, { chatId: "a", allChats: true }])
      assert.equal((await refusal(client.cleanHistory(request))).code, Code.InvalidArgument);
    const named = (chatId: string) => client.listTasks({ filter: { chatId } });
    assert.deepEqual([(await named("")).tasks.length, (await named("a")).tasks.length], [1, 1]);
    assert.equal((await client.cleanHistory({ chatId: "" })).deletedCount, 1n);
    assert.deepEqual([(await named("")).tasks.length, (await named("a")).tasks.length], [0, 1]);
  });
});
