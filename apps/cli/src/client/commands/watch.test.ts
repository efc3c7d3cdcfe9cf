import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromJsonString } from "@bufbuild/protobuf";
import { TaskState, WaitReason, WatchTasksResponseSchema } from "@dwld/rpc";
import { documents, ProgramBench } from "../testing/program-bench.ts";

const exampleLink = "https://site.example/1";

describe("watch", { concurrency: 2, timeout: 120_000 }, () => {
  test("watch: prints the tasks, oldest first, then every change, until Ctrl-C", async () => {
    await using on = await ProgramBench.start();
    const one = on.api.put({ link: exampleLink, state: TaskState.DONE });
    const two = on.api.put({ link: "https://site.example/2" });
    const program = on.start(["watch"]);
    await program.until(({ stdout }) => stdout.includes(two.id));
    on.api.set(two.id, { state: TaskState.DOWNLOADING, title: "A film" });
    await program.until(({ stdout }) => stdout.includes("A film"));
    on.api.progress(two.id, { doneBytes: 5_000_000n });
    on.api.remove(two.id);
    await program.until(({ stdout }) => stdout.includes("deleted"));
    program.child.kill("SIGINT");
    const { status, stdout, stderr } = await program.ended;
    assert.deepEqual([status, stderr], [130, ""]);
    assert.equal(
      stdout
        .replaceAll(one.id, "ONE")
        .replaceAll(two.id, "TWO")
        .replaceAll(/^\d\d:\d\d:\d\d/gm, "TIME"),
      [
        `TIME  ONE  done           ${exampleLink}  best`,
        "TIME  TWO  queued         https://site.example/2",
        "TIME  TWO  downloading    A film",
        "TIME  TWO  deleted        A film",
        "",
      ].join("\n"),
    );
  });

  test("watch: prints another reason to wait on a line of its own", async () => {
    await using on = await ProgramBench.start();
    const { id } = on.api.put({ link: exampleLink });
    const program = on.start(["watch"]);
    await program.until(({ stdout }) => stdout.includes(id));
    on.api.wait(id, { reason: WaitReason.WORKER, text: [{ languageCode: "en", text: "no worker is running" }] });
    await program.until(({ stdout }) =>
      stdout.includes(`queued         ${exampleLink}  waits: no worker is running\n`),
    );
  });

  test("watch: with ids, prints these alone and ends when all have ended, with 1 if one is not done", async () => {
    await using on = await ProgramBench.start();
    const one = on.api.put({ link: exampleLink });
    const other = on.api.put({ link: "https://site.example/other" });
    const two = on.api.put({ link: "https://site.example/2", state: TaskState.DONE });
    const last = on.api.put({ link: "https://site.example/3", chatId: "c" });
    const program = on.start(["watch", one.shortId, two.id, "LAST"]);
    await program.until(() => on.api.calls.some(([method]) => method === "watchTasks"));
    on.api.set(other.id, { state: TaskState.FAILED });
    on.api.set(last.id, { state: TaskState.CANCELED });
    on.api.set(one.id, { state: TaskState.DONE });
    const { status, stdout } = await program.ended;
    assert.equal(status, 1);
    assert.doesNotMatch(stdout, /other/);
    assert.match(stdout, new RegExp(`^2 of 3 done\n  canceled  ${last.id}  ${last.link}\n$`, "m"));
    const done = await on.run(["watch", one.id, "--json"]);
    assert.equal(done.status, 0);
    const [snapshot = "", ...more] = documents(done.stdout).map((line) =>
      fromJsonString(WatchTasksResponseSchema, line),
    );
    assert.deepEqual(more, []);
    assert.ok(snapshot !== "" && snapshot.event.case === "snapshot" && snapshot.event.value.tasks[0]?.id === one.id);
  });

  test("watch: passes its filter on", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["watch", "--chat", "c", "--state", "failed"]);
    await program.until(() => on.api.calls.length > 0);
    assert.partialDeepStrictEqual(on.api.calls[0]?.[1], { filter: { chatId: "c", states: [TaskState.FAILED] } });
  });

  test("watch: continues over a restart, and prints nothing twice", async () => {
    await using on = await ProgramBench.start();
    const one = on.api.put({ link: exampleLink });
    const program = on.start(["watch"]);
    await program.until(({ stdout }) => stdout.includes(one.id));
    await on.kill();
    await program.until(({ stderr }) => stderr.includes("trying again"));
    on.api.set(one.id, { state: TaskState.DONE });
    await on.serve();
    await program.until(({ stdout }) => stdout.includes("done"));
    assert.equal(program.stdout.trimEnd().split("\n").length, 2);
    assert.match(program.stderr, /^dwld: the api is away, trying again for 5m00s: [^\n]+\ndwld: connected again\n$/);
  });

  test("watch --json: prints every message, including heartbeats", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["watch", "--json"]);
    await program.until(({ stdout }) => stdout.includes("heartbeat"));
    program.child.kill("SIGTERM");
    const { status, stdout } = await program.ended;
    assert.equal(status, 143);
    const cases = documents(stdout).map((line) => fromJsonString(WatchTasksResponseSchema, line).event.case);
    assert.deepEqual(cases.slice(0, 2), ["snapshot", "heartbeat"]);
  });

  test("watch: ends quietly when its reader leaves", async () => {
    await using on = await ProgramBench.start();
    on.api.put({ link: exampleLink });
    const script = 'eval "$DWLD watch --json" | head -1; echo ${PIPESTATUS[0]}';
    const { stdout, stderr } = await on.startBy("bash", ["--norc", "-c", script]).ended;
    assert.match(stdout, /^\{.*\}\n0\n$/);
    assert.equal(stderr, "");
  });

  test("watch: ends quietly when the reader of named tasks leaves, and does not say that they are done", async () => {
    await using on = await ProgramBench.start();
    const { id } = on.api.put({ link: exampleLink });
    const script = `eval "$DWLD watch ${id}" | head -1; echo \${PIPESTATUS[0]}`;
    const program = on.startBy("bash", ["--norc", "-c", script]);
    await program.until(() => on.api.calls.some(([method]) => method === "watchTasks"));
    await program.until(({ stdout }) => stdout.includes(id));
    on.api.set(id, { state: TaskState.DOWNLOADING });
    const { stdout, stderr } = await program.ended;
    assert.match(stdout, /^.* queued .*\n1\n$/);
    assert.equal(stderr, "");
  });

  test("watch: without an api, it fails at once", async () => {
    await using on = await ProgramBench.start();
    await on.kill();
    const { status, stderr } = await on.run(["watch"]);
    assert.equal(status, 1);
    assert.match(stderr, /^dwld: no answer from .*connection refused/);
  });
});
