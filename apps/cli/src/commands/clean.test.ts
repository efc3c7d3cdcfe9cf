import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromJsonString } from "@bufbuild/protobuf";
import { CleanHistoryResponseSchema, TaskState } from "@dwld/rpc";
import { ProgramBench } from "../fixture/program-bench.ts";

describe("clean", { concurrency: 2, timeout: 120_000 }, () => {
  test("forgets what the options name, and says how many", async () => {
    await using on = await ProgramBench.start();
    for (const state of [TaskState.DONE, TaskState.FAILED, TaskState.QUEUED, TaskState.DONE]) {
      on.api.put({ link: "https://site.example/1", state });
    }
    const some = await on.run(["clean", "--state", "done", "--older-than", "30d", "--chat", "c"]);
    assert.partialDeepStrictEqual(some, { status: 0, stdout: "2 tasks forgotten\n" });
    const request = on.api.calls[0]?.[1] as { finishedBefore: { seconds: bigint }; chatId: string };
    assert.equal(request.chatId, "c");
    assert.ok(Math.abs(Number(request.finishedBefore.seconds) - (Date.now() / 1000 - 30 * 86_400)) < 60);
    const json = await on.run(["clean", "--json"]);
    assert.equal(fromJsonString(CleanHistoryResponseSchema, json.stdout).deletedCount, 1n);
    assert.match(json.stdout, /"deletedCount":"1"/);
  });

  test("what has not ended cannot be forgotten", async () => {
    await using on = await ProgramBench.start();
    const { status, stderr } = await on.run(["clean", "--state", "queued"]);
    assert.equal(status, 2);
    assert.equal(stderr, "dwld: clean: only done, failed and canceled tasks can be forgotten\n");
    assert.deepEqual(on.api.calls, []);
  });
});
