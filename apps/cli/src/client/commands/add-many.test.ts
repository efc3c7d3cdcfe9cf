import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromJsonString } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { type AddTaskRequest, AddTaskResponseSchema, RetryInfoSchema } from "@dwld/rpc";
import { documents, ProgramBench } from "../testing/program-bench.ts";
import { onTerminal, screen } from "../testing/terminal.ts";

const linkOf = (number: number): string => `https://site.example/${number}`;
const linesOf = (count: number): string => Array.from({ length: count }, (_, number) => `${linkOf(number)}\n`).join("");

/** The sizes of the calls of AddTasks. */
function batchSizes({ api }: ProgramBench): number[] {
  return api.calls
    .filter(([method]) => method === "addTasks")
    .map(([, request]) => (request as { requests: AddTaskRequest[] }).requests.length);
}

/** A limit of the api that may have room after some time. */
function limit(retryMs: number): ConnectError {
  return new ConnectError("too many links wait; try again in 1 s", Code.ResourceExhausted, undefined, [
    { desc: RetryInfoSchema, value: { retryDelay: durationFromMs(retryMs) } },
  ]);
}

describe("add of many links", { concurrency: 2, timeout: 120_000 }, () => {
  test("add: links that are there are added 500 at a time, and answered in their order, one a line", async () => {
    await using on = await ProgramBench.start();
    const input = linesOf(1200).replace(linkOf(700), "ftp://site.example/700");
    const { status, stdout, stderr } = await on.run(["add", "--json"], { input });
    assert.deepEqual(
      [status, stderr],
      [1, "dwld: ftp://site.example/700: link: must begin with http:// or https://\n"],
    );
    assert.deepEqual(
      documents(stdout).map((line) => fromJsonString(AddTaskResponseSchema, line).task?.link),
      Array.from({ length: 1200 }, (_, number) => linkOf(number)).toSpliced(700, 1),
    );
    const sizes = batchSizes(on);
    assert.equal(Math.max(...sizes), 500);
    assert.ok(sizes.length <= 5, String(sizes));
  });

  test("add: a batch stays below 1 MiB, and a link that is longer goes alone", async () => {
    await using on = await ProgramBench.start();
    const long = Array.from({ length: 12 }, (_, number) => `${linkOf(number)}?${"x".repeat(100_000)}\n`).join("");
    const { status } = await on.run(["add"], {
      input: `${long}${linkOf(12)}?${"x".repeat(1_100_000)}\n${linkOf(13)}\n`,
    });
    assert.equal(status, 0);
    assert.equal(Math.max(...batchSizes(on)), 10);
    assert.deepEqual(
      on.api.tasks.map(({ link }) => link.replace(/\?.*/, "")),
      Array.from({ length: 14 }, (_, number) => linkOf(number)),
    );
  });

  test("add: a line that is no link is not repeated in its whole length", async () => {
    await using on = await ProgramBench.start();
    const { status, stderr } = await on.run(["add"], { input: `${"x".repeat(1_000_000)}\n${linkOf(1)}\n` });
    assert.equal(status, 1);
    assert.match(stderr, /^dwld: x+…: link: must begin with/);
    assert.ok(stderr.length < 5000, String(stderr.length));
    assert.deepEqual(
      on.api.tasks.map(({ link }) => link),
      [linkOf(1)],
    );
  });

  test("add: an api of an earlier version, without AddTasks, is asked link by link", async () => {
    await using on = await ProgramBench.start();
    on.api.hasAddTasks = false;
    const { status, stderr } = await on.run(["add"], { input: linesOf(30) });
    assert.deepEqual([status, stderr], [0, ""]);
    assert.deepEqual(
      on.api.tasks.map(({ link }) => link),
      Array.from({ length: 30 }, (_, number) => linkOf(number)),
    );
    assert.equal(batchSizes(on).length, 1);
  });

  test("add: a batch whose answer is lost is repeated, and makes each task once", async () => {
    await using on = await ProgramBench.start();
    on.api.before = (_method, request) => {
      on.api.before = () => undefined;
      const { requests } = request as { requests: AddTaskRequest[] };
      for (const { link, requestId } of requests) on.api.put({ link, requestId });
      throw new ConnectError("shutting down", Code.Unavailable);
    };
    const { status, stdout, stderr } = await on.run(["add"], { input: linesOf(20) });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^dwld: http:\S+ is busy or shutting down \(shutting down\); trying again for 1m00s\n$/);
    assert.equal(stdout.split("\n").length, 21);
    assert.equal(on.api.tasks.length, 20);
    const ids = on.api.tasks.map(({ requestId }) => /^[\da-f]{16}-(\d+)$/.exec(requestId)?.[1]);
    assert.deepEqual(
      ids.toSorted((one, other) => Number(one) - Number(other)),
      Array.from({ length: 20 }, (_, index) => String(index + 1)),
    );
  });

  test("add: a refusal of a whole batch is told once, and does not stop the next", async () => {
    await using on = await ProgramBench.start();
    let isFirst = true;
    on.api.before = () => {
      if (!isFirst) return;
      isFirst = false;
      throw new ConnectError("the disk of the task table is full", Code.ResourceExhausted);
    };
    const { status, stderr } = await on.run(["add"], { input: linesOf(600) });
    assert.equal(status, 1);
    assert.equal(stderr, `dwld: ${linkOf(0)} and 499 more: the disk of the task table is full\n`);
    assert.equal(on.api.tasks.length, 100);
  });

  test("add: links beyond a limit wait, and go on in their order when there is room; the limit is told once", async () => {
    await using on = await ProgramBench.start();
    let calls = 0;
    on.api.before = () => {
      calls += 1;
    };
    // Room for some in the first call, for none in the second, and for some in each after that.
    on.api.beforeLink = () => {
      if (on.api.tasks.length >= ([0, 7, 7, 12, 17, 20][calls] ?? 0)) throw limit(20);
    };
    const { status, stdout, stderr } = await on.run(["add", "--json"], { input: linesOf(20) });
    assert.deepEqual([status, stderr], [0, "dwld: too many links wait; 13 links wait\n"]);
    assert.deepEqual(
      documents(stdout).map((line) => fromJsonString(AddTaskResponseSchema, line).task?.link),
      Array.from({ length: 20 }, (_, number) => linkOf(number)),
    );
    assert.equal(on.api.tasks.length, 20);
  });

  test("add: a limit without room for a long time is told, and its links are refused", async () => {
    await using on = await ProgramBench.start();
    on.api.beforeLink = () => {
      if (on.api.tasks.length > 0) throw limit(3_600_000);
    };
    const { status, stderr } = await on.run(["add", linkOf(0), linkOf(1)]);
    assert.deepEqual([status, stderr], [1, `dwld: ${linkOf(1)}: too many links wait; try again in 1 s\n`]);
  });

  test("add: when the api stays away, it says which link was the first that was not added", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "-"], { input: linesOf(3), keepInput: true });
    await program.until(() => on.api.tasks.length === 3);
    on.api.before = () => {
      throw new ConnectError("HTTP 403", Code.PermissionDenied);
    };
    program.child.stdin?.write(`${linkOf(3)}\n${linkOf(4)}\n`);
    const { status, stderr } = await program.ended;
    assert.equal(status, 1);
    assert.match(stderr, /^dwld: https:\/\/site\.example\/3 was not added, nor what comes after it\ndwld: .*HTTP 403/);
  });

  test("add: Ctrl-C leaves what was answered, and says how many", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "-"], { input: linesOf(500), keepInput: true });
    await program.until(({ stdout }) => stdout.split("\n").length === 501);
    on.api.before = () => new Promise(() => undefined);
    program.child.stdin?.write(linesOf(510).slice(linesOf(500).length));
    await program.until(() => on.api.calls.at(-1)?.[0] === "addTasks" && batchSizes(on).at(-1) === 10);
    program.child.kill("SIGINT");
    const { status, stderr } = await program.ended;
    assert.equal(status, 130);
    const unsure = "of the next 10, some may have been added too; adding them again makes no second task";
    assert.equal(stderr, `dwld: interrupted after 500 links: 500 added; ${unsure}\n`);
    assert.equal(on.api.tasks.length, 500);
  });

  test("add: many links are counted on a terminal below the others, and also if only stderr is one", async () => {
    await using on = await ProgramBench.start();
    on.api.put({ link: linkOf(1) });
    const links = `seq 2 1100 | sed 's|^|${linkOf(0).slice(0, -1)}|'`;
    for (const [redirect, counts, shown] of [
      ["", "1100 added, 1 were there already, 1 refused", 1],
      ["--json > /dev/null", "0 added, 1101 were there already, 1 refused", 0],
    ] as const) {
      const program = onTerminal(on, `${links} | $DWLD add ${linkOf(0)} x ${linkOf(1)} - ${redirect}`, 90, 8);
      await program.until(({ stdout }) => stdout.includes("status"));
      const lines = await screen(program.stdout, 90, 8);
      assert.match(program.stdout, /500 links: [\w, ]+1 refused/);
      assert.equal(lines.at(-2), `1102 links: ${counts}`);
      assert.equal(lines.filter((line) => line.includes(" links: ")).length, 1);
      assert.equal(lines.filter((line) => line.includes(linkOf(1100))).length, shown);
    }
  });
});
