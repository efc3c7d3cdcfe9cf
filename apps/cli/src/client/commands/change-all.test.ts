import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fromJsonString } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { CancelTasksResponseSchema, TaskState } from "@dwld/rpc";
import { ProgramBench } from "../testing/program-bench.ts";
import { onTerminal } from "../testing/terminal.ts";

describe("cancel, retry, delete --all", { timeout: 120_000 }, () => {
  let on: ProgramBench;
  before(async () => {
    on = await ProgramBench.start();
  });
  after(async () => on[Symbol.asyncDispose]());

  const { QUEUED, FAILED, CANCELED, DONE } = TaskState;
  const fill = () => {
    on.api.refill([QUEUED, "c"], [QUEUED, ""], [FAILED, "c"], [CANCELED, "c"], [DONE, "c"]);
  };
  const states = () => on.api.tasks.map(({ state }) => state);

  test("cancel, retry, delete --all: --dry-run counts, --yes changes those that the options name", async () => {
    fill();
    const seen = await on.run(["cancel", "--all", "--dry-run"]);
    assert.partialDeepStrictEqual(seen, { status: 0, stdout: "would cancel 2 tasks\n", stderr: "" });
    assert.deepEqual(states(), [QUEUED, QUEUED, FAILED, CANCELED, DONE]);
    const canceled = await on.run(["cancel", "--all", "--chat", "", "--yes", "--json"]);
    assert.equal(fromJsonString(CancelTasksResponseSchema, canceled.stdout).canceledCount, 1n);
    const retried = await on.run(["retry", "--all", "-y", "--state", "failed", "--search", "example"]);
    assert.partialDeepStrictEqual(retried, { status: 0, stdout: "retried 1 task\n" });
    assert.deepEqual(states(), [QUEUED, CANCELED, QUEUED, CANCELED, DONE]);
    assert.equal((await on.run(["delete", "--all", "--files", "--yes"])).stdout, "deleted 5 tasks\n");
    assert.partialDeepStrictEqual(on.api.calls.at(-1)?.[1], { deleteFiles: true, validateOnly: false });
    const parent = on.api.put({ link: "https://site.example/list" });
    on.api.put({ link: "https://site.example/entry", parentId: parent.id });
    const entries = await on.run(["cancel", "--all", "--keep", "--parent", parent.shortId, "--yes"]);
    assert.equal(entries.stdout, "ended the recordings of 1 task\n");
    assert.partialDeepStrictEqual(on.api.calls.at(-1)?.[1], { keep: true });
  });

  test("retry --all: a limit that kept others from it is a failure", async () => {
    fill();
    on.api.retryLimit = { code: Code.ResourceExhausted, message: "this chat adds too many links" };
    const { status, stdout, stderr } = await on.run(["retry", "--all", "--yes"]);
    on.api.retryLimit = undefined;
    assert.deepEqual([status, stdout, stderr], [1, "retried 2 tasks\n", "dwld: this chat adds too many links\n"]);
  });

  for (const [args, reason] of [
    [["cancel", "--all", "019abf01"], "cancel: give ids or --all, not both"],
    [["retry", "019abf01", "--state", "failed"], "retry: --state goes with --all"],
    [["delete", "--yes"], "delete: --yes goes with --all"],
    [
      ["delete", "--all"],
      "delete: there is no terminal to ask on. --dry-run says how many tasks it would be, --yes does it",
    ],
  ] as const)
    test(`dwld ${args.join(" ")}: is refused, and nothing is asked of the api`, async () => {
      fill();
      assert.partialDeepStrictEqual(await on.run([...args]), { status: 2, stderr: `dwld: ${reason}\n` });
      assert.deepEqual(on.api.calls, []);
    });

  test("cancel --all --keep: what is declined is told in whole words", async () => {
    fill();
    const program = onTerminal(on, "$DWLD cancel --all --keep", 80, 10);
    await program.until(({ stdout }) => stdout.includes("[y/N] "));
    program.child.stdin?.write("n\n");
    await program.until(({ stdout }) => stdout.includes("status"));
    assert.match(program.stdout, /End the recordings of them\? \[y\/N\] n\r\nno recordings were ended\r\nstatus 1/);
  });

  for (const [command, typed, said, left] of [
    ["cancel --all", "y\n", "would cancel 2 tasks\r\nCancel them? [y/N] y\r\ncanceled 2 tasks\r\nstatus 0", 0],
    ["cancel --all", "\n", "would cancel 2 tasks\r\nCancel them? [y/N] \r\nnothing was canceled\r\nstatus 1", 2],
    ["cancel --all --chat c", "", "canceled 1 task\r\nstatus 0", 1],
    ["cancel --all --state done", "", "no tasks to cancel\r\nstatus 0", 2],
  ] as const)
    test(`${command}: on a terminal, several are asked about, and ${JSON.stringify(typed)} leaves ${left}`, async () => {
      fill();
      const program = onTerminal(on, `$DWLD ${command}`, 80, 12);
      if (typed !== "") {
        await program.until(({ stdout }) => stdout.includes("[y/N] "));
        program.child.stdin?.write(typed);
      }
      await program.until(({ stdout }) => stdout.includes("status"));
      assert.ok(program.stdout.startsWith(said), program.stdout);
      assert.equal(states().filter((state) => state === QUEUED).length, left);
    });
});
