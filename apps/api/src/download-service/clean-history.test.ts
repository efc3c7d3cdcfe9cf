import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { TaskState } from "@dwld/rpc";
import { refusal, testService } from "../testing/test-service.ts";

describe("forgetting history", () => {
  const service = testService();
  const { add } = service;

  it("CleanHistory: history is cleaned by state, chat and age, and what is not final stays", async () => {
    for (const chatId of ["a", "b"]) await service.client.cancelTask({ id: (await add({ chatId })).id });
    await add({ chatId: "a" });
    const long = timestampFromMs(Date.now() - 60_000);
    const all = { allChats: true };
    assert.equal((await service.client.cleanHistory({ ...all, finishedBefore: long })).deletedCount, 0n);
    assert.equal((await service.client.cleanHistory({ ...all, states: [TaskState.DONE] })).deletedCount, 0n);
    const asked = await service.client.cleanHistory({ chatId: "a", validateOnly: true });
    assert.deepEqual(
      [asked.deletedCount, asked.counts.map(({ state, count }) => [state, count])],
      [1n, [[TaskState.CANCELED, 1n]]],
    );
    assert.equal(
      (await service.client.cleanHistory({ chatId: "a" })).deletedCount,
      1n,
      "what was only counted was still there",
    );
    assert.equal((await service.client.cleanHistory(all)).deletedCount, 1n);
    assert.equal((await service.client.listTasks({})).tasks.length, 1);
  });

  it("CleanHistory: a state that is named twice is counted once", async () => {
    await service.client.cancelTask({ id: (await add()).id });
    const states = [TaskState.CANCELED, TaskState.CANCELED];
    const { deletedCount } = await service.client.cleanHistory({ allChats: true, states, validateOnly: true });
    assert.equal(deletedCount, 1n);
  });

  it("CleanHistory: everybody's history needs all_chats, and the empty chat can be named", async () => {
    for (const chatId of ["", "a"]) await service.client.cancelTask({ id: (await add({ chatId })).id });
    for (const request of [{}, { states: [TaskState.CANCELED] }, { chatId: "a", allChats: true }])
      assert.equal((await refusal(service.client.cleanHistory(request))).code, Code.InvalidArgument);
    const named = (chatId: string) => service.client.listTasks({ filter: { chatId } });
    assert.deepEqual([(await named("")).tasks.length, (await named("a")).tasks.length], [1, 1]);
    assert.equal((await service.client.cleanHistory({ chatId: "" })).deletedCount, 1n);
    assert.deepEqual([(await named("")).tasks.length, (await named("a")).tasks.length], [0, 1]);
  });
});
