import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fromJsonString } from "@bufbuild/protobuf";
import { CleanHistoryResponseSchema, TaskState } from "@dwld/rpc";
import { ProgramBench } from "../testing/program-bench.ts";
import { onTerminal } from "../testing/terminal.ts";

describe("clean", { timeout: 120_000 }, () => {
  let on: ProgramBench;
  before(async () => {
    on = await ProgramBench.start();
  });
  after(async () => on[Symbol.asyncDispose]());

  /** Three that can be forgotten, two of them of chat "c", and one that cannot. */
  const fill = () => {
    const { DONE, FAILED, QUEUED } = TaskState;
    on.api.refill([DONE, "c"], [FAILED, "c"], [DONE, ""], [QUEUED, "c"]);
  };

  test("clean --dry-run: shows what would be forgotten, and of which chat, and forgets nothing", async () => {
    fill();
    const all = await on.run(["clean", "--dry-run"]);
    assert.partialDeepStrictEqual(all, { status: 0, stdout: "would forget 3 tasks of every chat: 2 done, 1 failed\n" });
    const one = await on.run(["clean", "--dry-run", "--chat", "c", "--state", "failed"]);
    assert.equal(one.stdout, "would forget 1 task of chat c: 1 failed\n");
    const none = await on.run(["clean", "--dry-run", "--chat", ""]);
    assert.equal(none.stdout, "would forget 1 task, added without a chat: 1 done\n");
    assert.equal(on.api.tasks.length, 4);
  });

  test("clean --yes: forgets what the options name, and prints the count", async () => {
    fill();
    const some = await on.run(["clean", "--yes", "--state", "done", "--older-than", "30d", "--chat", "c"]);
    assert.partialDeepStrictEqual(some, { status: 0, stdout: "forgot 1 task of chat c: 1 done\n" });
    const request = on.api.calls[0]?.[1] as { finishedBefore: { seconds: bigint }; chatId: string };
    assert.ok(Math.abs(Number(request.finishedBefore.seconds) - (Date.now() / 1000 - 30 * 86_400)) < 60);
    const json = await on.run(["clean", "--yes", "--json"]);
    assert.equal(fromJsonString(CleanHistoryResponseSchema, json.stdout).deletedCount, 2n);
    assert.match(json.stdout, /"deletedCount":"2"/);
  });

  test("clean: without a terminal and without --yes, nothing is asked of the api", async () => {
    fill();
    const { status, stderr } = await on.run(["clean"]);
    assert.equal(status, 2);
    assert.match(stderr, /^dwld: clean: there is no terminal to ask on\. --dry-run says .*, --yes forgets it\n$/);
    assert.deepEqual(on.api.calls, []);
  });

  for (const [typed, left, said] of [
    ["y\n", 1, "forgot 3 tasks of every chat: 2 done, 1 failed\r\nstatus 0"],
    ["\n", 4, "nothing was forgotten\r\nstatus 1"],
    ["\u0004", 4, "nothing was forgotten\r\nstatus 1"],
    ["\u0003", 4, "status 130"],
  ] as const) {
    test(`clean: asks first on a terminal, and ${JSON.stringify(typed)} leaves ${left} tasks`, async () => {
      fill();
      const program = onTerminal(on, "$DWLD clean", 80, 12);
      await program.until(({ stdout }) => stdout.includes("Forget them? [y/N] "));
      assert.equal(on.api.tasks.length, 4);
      program.child.stdin?.write(typed);
      await program.until(({ stdout }) => stdout.includes("status"));
      assert.ok(program.stdout.startsWith("would forget 3 tasks of every chat: 2 done, 1 failed\r\nForget"));
      assert.ok(program.stdout.includes(said), program.stdout);
      assert.equal(on.api.tasks.length, left);
    });
  }

  test("clean: a task that has not ended cannot be forgotten", async () => {
    fill();
    const { status, stderr } = await on.run(["clean", "--state", "queued"]);
    assert.equal(status, 2);
    assert.equal(stderr, "dwld: clean: only done, failed and canceled tasks can be forgotten\n");
    assert.deepEqual(on.api.calls, []);
  });
});
