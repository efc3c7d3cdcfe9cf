import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromJsonString } from "@bufbuild/protobuf";
import { CancelTaskResponseSchema, DeleteTaskResponseSchema, RetryTaskResponseSchema, TaskState } from "@dwld/rpc";
import { documents, ProgramBench } from "../testing/program-bench.ts";

describe("cancel, retry, delete", { concurrency: 2, timeout: 120_000 }, () => {
  test("cancel, retry, delete: act on every task; a refusal does not stop the others, and is a failure", async () => {
    await using on = await ProgramBench.start();
    const one = on.api.put({ link: "https://site.example/1" }).id;
    const done = on.api.put({ link: "https://site.example/2", state: TaskState.DONE }).id;
    const two = on.api.put({ link: "https://site.example/3" }).id;
    const canceled = await on.run(["cancel", one, done, two, "--json"]);
    assert.equal(canceled.status, 1);
    assert.equal(canceled.stderr, `dwld: ${done}: task ${done} is done\n`);
    assert.deepEqual(
      documents(canceled.stdout).map((line) => fromJsonString(CancelTaskResponseSchema, line).task?.id),
      [one, two],
    );
    const retried = await on.run(["retry", one, two, "--json"]);
    assert.equal(retried.status, 0);
    assert.deepEqual(
      documents(retried.stdout).map((line) => fromJsonString(RetryTaskResponseSchema, line).task?.state),
      [TaskState.QUEUED, TaskState.QUEUED],
    );
    const deleted = await on.run(["delete", "--files", one]);
    assert.partialDeepStrictEqual(deleted, { status: 0, stdout: `${one}  deleted\n` });
    assert.partialDeepStrictEqual(on.api.calls.at(-1)?.[1], { id: one, deleteFiles: true });
    const again = await on.run(["delete", two, "--json"]);
    assert.deepEqual(
      documents(again.stdout).map((line) => fromJsonString(DeleteTaskResponseSchema, line).$typeName),
      ["dwld.v1.DeleteTaskResponse"],
    );
    assert.deepEqual(
      on.api.tasks.map((task) => task.id),
      [done],
    );
  });

  test("task name: a unique prefix of an id is enough, and last is the newest", async () => {
    await using on = await ProgramBench.start();
    const [one, two, three] = [1, 2, 3].map((number) => on.api.put({ link: `https://site.example/${number}` }));
    assert.ok(one && two && three);
    const ended = await on.run(["cancel", one.shortId.toUpperCase(), "019a", "0000", "last"]);
    assert.equal(ended.status, 1);
    assert.equal(ended.stdout, `${one.id}  canceled  ${one.link}\n${three.id}  canceled  ${three.link}\n`);
    assert.equal(
      ended.stderr,
      [
        "dwld: 019a: several tasks begin with 019a; give more of the id:",
        ...[three, two, one].map((task) => `  ${task.shortId}  queued  ${task.link}`),
        "dwld: 0000: there is no task whose id begins with 0000",
        "",
      ].join("\n"),
    );
    assert.deepEqual(
      on.api.calls.filter(([method]) => method === "cancelTask").map(([, request]) => request),
      [one, three].map(({ id }) => ({ id, keep: false })),
    );
    const shown = await on.run(["show", "last"]);
    assert.match(shown.stdout, new RegExp(`^id +${three.id}$`, "m"));
    await on.run(["delete", "last", "last"]);
    assert.deepEqual(
      on.api.tasks.map(({ id }) => id),
      [one.id, two.id],
      "last means what it meant when it was typed",
    );
    on.api.tasks.length = 0;
    const none = await on.run(["show", "last"]);
    assert.partialDeepStrictEqual(none, { status: 1, stderr: "dwld: there are no tasks yet\n" });
  });

  test("cancel --keep: ends a recording and keeps it", async () => {
    await using on = await ProgramBench.start();
    const { id } = on.api.put({ link: "https://site.example/1" });
    for (const [args, keep] of [
      [["cancel", id], false],
      [["cancel", "--keep", id], true],
    ] as const) {
      assert.equal((await on.run([...args])).status, 0);
      assert.deepEqual(on.api.calls.at(-1), ["cancelTask", { id, keep }]);
    }
  });

  test("cancel, retry, delete: without an id, the exit status is 2", async () => {
    await using on = await ProgramBench.start();
    for (const command of ["cancel", "retry", "delete"])
      assert.partialDeepStrictEqual(await on.run([command]), {
        status: 2,
        stderr: `dwld: ${command}: give the ids of tasks, or --all\n`,
      });
    const { status, stderr } = await on.run(["show"]);
    assert.deepEqual([status, stderr.split("\n")[0]], [2, "dwld: missing required argument 'id'"]);
    assert.deepEqual(on.api.calls, []);
  });
});
