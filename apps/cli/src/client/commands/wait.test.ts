import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, fromJsonString } from "@bufbuild/protobuf";
import {
  AddTaskResponseSchema,
  FailureClass,
  FailureSchema,
  FileSchema,
  type Task,
  TaskState,
  WaitReason,
  WatchTasksResponseSchema,
} from "@dwld/rpc";
import { fromNow } from "../testing/in-memory-api.ts";
import { documents, ProgramBench } from "../testing/program-bench.ts";

const exampleLink = "https://site.example/1";
const otherLink = "https://site.example/2";

function idOf(on: ProgramBench, link: string): string {
  return on.api.byLink(link)?.id ?? "no task";
}

const isWatched = (on: ProgramBench) => (): boolean => on.api.calls.some(([method]) => method === "watchTasks");
const arrived: Partial<Task> = {
  state: TaskState.DONE,
  title: "A film",
  height: 720,
  files: [create(FileSchema, { name: "A film.mp4", sizeBytes: 28_500_000n, remotePath: "/videos/A film.mp4" })],
};
const gone: Partial<Task> = {
  state: TaskState.FAILED,
  failure: create(FailureSchema, {
    failureClass: FailureClass.GONE,
    message: "ERROR: gone",
    advice: [{ languageCode: "en", text: "It was removed." }],
  }),
};

describe("add --wait", { concurrency: 2, timeout: 120_000 }, () => {
  test("add --wait: ends with 0 when the task is done, and prints the path of the file", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "--wait", exampleLink]);
    await program.until(isWatched(on));
    const id = idOf(on, exampleLink);
    on.api.set(id, { state: TaskState.DOWNLOADING });
    await program.until(({ stdout }) => stdout.includes("downloading"));
    on.api.set(id, arrived);
    const { status, stdout, stderr } = await program.ended;
    assert.deepEqual([status, stderr], [0, ""]);
    const lines = stdout.replaceAll(id, "ID").replaceAll(/^\d\d:\d\d:\d\d/gm, "TIME");
    assert.equal(
      lines,
      [
        `ID  queued  ${exampleLink}`,
        `TIME  ID  downloading    ${exampleLink}`,
        "TIME  ID  done           A film  720p/best  28.5 MB  /videos/A film.mp4",
        "",
      ].join("\n"),
    );
  });

  test("add --wait: ends with 1 if one of several fails or is refused, and the summary names it", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "--wait", exampleLink, "ftp://x", otherLink]);
    await program.until(isWatched(on));
    on.api.set(idOf(on, otherLink), gone);
    on.api.set(idOf(on, exampleLink), arrived);
    const { status, stdout } = await program.ended;
    assert.equal(status, 1);
    const summary = stdout.slice(stdout.indexOf("1 of 3"));
    assert.equal(
      summary,
      `1 of 3 done\n  failed  ${idOf(on, otherLink)}  ${otherLink}  gone: It was removed.\n  not added  ftp://x\n`,
    );
  });

  for (const state of [TaskState.FAILED, TaskState.CANCELED]) {
    test(`add --wait: a task that ends in state ${state} is a failure`, async () => {
      await using on = await ProgramBench.start();
      const program = on.start(["add", "--wait", exampleLink]);
      await program.until(isWatched(on));
      on.api.set(idOf(on, exampleLink), { state });
      assert.equal((await program.ended).status, 1);
    });
  }

  test("add --wait: a deleted task is a failure", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "--wait", exampleLink]);
    await program.until(isWatched(on));
    on.api.remove(idOf(on, exampleLink));
    const { status, stdout } = await program.ended;
    assert.equal(status, 1);
    assert.match(stdout, /deleted +https:\/\/site\.example\/1\n$/);
  });

  test("add --wait: asks for a task that ended before the watch and is too old for the snapshot", async () => {
    await using on = await ProgramBench.start();
    on.api.snapshotSize = 1;
    on.api.before = (method) => {
      if (method !== "watchTasks") return;
      on.api.set(idOf(on, exampleLink), arrived);
      on.api.put({ link: otherLink, chatId: "cli", state: TaskState.DONE });
    };
    assert.equal((await on.run(["add", "--wait", exampleLink])).status, 0);
    assert.deepEqual(
      on.api.calls.map(([method]) => method),
      ["addTask", "watchTasks", "getTask"],
    );
  });

  test("add --wait: a playlist ends with its entries, including those that no message named", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "--wait", "--playlist", exampleLink]);
    await program.until(isWatched(on));
    const parentId = idOf(on, exampleLink);
    const hidden = on.api.put({ link: otherLink, chatId: "another", parentId, state: TaskState.FAILED });
    const entries = Array.from({ length: 3 }, (_, number) =>
      on.api.put({ link: `${exampleLink}/${number}`, chatId: "cli", parentId }),
    );
    on.api.set(parentId, { state: TaskState.DONE, childCount: 4 });
    for (const { id } of entries) on.api.set(id, arrived);
    const { status, stdout } = await program.ended;
    assert.equal(status, 1);
    assert.match(stdout, new RegExp(`^4 of 5 done\n  failed  ${hidden.id}  ${otherLink}\n$`, "m"));
  });

  test("add --wait: shows the reason of a wait with its end, in the reader's language, and again when it is another", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "--wait", exampleLink], { env: { LANG: "ru_RU.UTF-8" } });
    await program.until(isWatched(on));
    const id = idOf(on, exampleLink);
    const text = [
      { languageCode: "en", text: "youtube is paused: it takes us for a robot" },
      { languageCode: "ru", text: "youtube на паузе: сайт принимает нас за робота" },
    ];
    const paused = { reason: WaitReason.SITE_PAUSED, until: fromNow(29.5 * 60_000), text };
    on.api.wait(id, paused);
    on.api.wait(id, paused);
    await program.until(({ stdout }) => stdout.includes("waits"));
    on.api.wait(id, {
      reason: WaitReason.PLACE,
      until: fromNow(-1),
      text: [{ languageCode: "en", text: "it is next" }],
    });
    await program.until(({ stdout }) => stdout.includes("it is next"));
    on.api.set(id, arrived);
    const { stdout } = await program.ended;
    const [, ...lines] = stdout.replaceAll(id, "ID").split("\n");
    assert.match(
      lines[0] ?? "",
      /queued .* waits: youtube на паузе: сайт принимает нас за робота, until (\S+ )?\d\d:\d\d \(29m\)$/,
    );
    assert.match(lines[1] ?? "", /queued .* waits: it is next$/);
    assert.match(lines[2] ?? "", /done/);
  });

  test("add --wait: an api that stays away is tried again for --patience, and then the exit status is 3", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "--wait", "--patience", "1s", exampleLink, otherLink]);
    await program.until(isWatched(on));
    await on.kill();
    const { status, stderr } = await program.ended;
    assert.equal(status, 3);
    const [lost = "", end = ""] = stderr.split("\n");
    assert.match(lost, /^dwld: the api is away, the tasks go on; trying again for 1s: /);
    assert.match(end, /^dwld: no answer from .*; gave up waiting, 2 tasks go on \(dwld watch, when the api is back\)$/);
  });

  test("add --wait: a restart of the api is shown once, and no change is missed", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "--wait", exampleLink]);
    await program.until(isWatched(on));
    await on.kill();
    await program.until(({ stderr }) => stderr.includes("trying again"));
    on.api.set(idOf(on, exampleLink), arrived);
    await on.serve();
    const { status, stderr } = await program.ended;
    assert.equal(status, 0);
    assert.match(
      stderr,
      /^dwld: the api is away, the tasks go on; trying again for 5m00s: [^\n]+\ndwld: connected again\n$/,
    );
  });

  test("add --wait --json: prints AddTaskResponse, then WatchTasksResponse for each change of these tasks alone", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "--wait", "--json", exampleLink, otherLink]);
    await program.until(isWatched(on));
    on.api.put({ link: "https://site.example/3", chatId: "cli" });
    on.api.progress(idOf(on, exampleLink), { doneBytes: 7n });
    on.api.set(idOf(on, exampleLink), arrived);
    on.api.remove(idOf(on, otherLink));
    const { status, stdout, stderr } = await program.ended;
    assert.equal(status, 1);
    assert.match(stderr, /^1 of 2 done\n/);
    const [first = "", second = "", ...rest] = documents(stdout);
    assert.deepEqual(
      [first, second].map((line) => fromJsonString(AddTaskResponseSchema, line).task?.link),
      [exampleLink, otherLink],
    );
    const events = rest.map((line) => fromJsonString(WatchTasksResponseSchema, line).event);
    assert.deepEqual(events.map((event) => event.case).slice(-3), ["progress", "changed", "deletedId"]);
    assert.doesNotMatch(stdout, /site\.example\/3/);
  });

  test("add --wait: prints progress at most every few seconds if nothing can be redrawn", async () => {
    await using on = await ProgramBench.start();
    const program = on.start(["add", "--wait", exampleLink]);
    await program.until(isWatched(on));
    const id = idOf(on, exampleLink);
    on.api.set(id, { state: TaskState.DOWNLOADING });
    for (let percent = 0; percent < 50; percent += 1) on.api.progress(id, { doneBytes: 1n, progressPercent: percent });
    on.api.set(id, arrived);
    const { stdout } = await program.ended;
    assert.equal(stdout.trimEnd().split("\n").length, 3, stdout);
  });

  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test(`add --wait: ${signal} ends the waiting alone, and says that the task goes on`, async () => {
      await using on = await ProgramBench.start();
      const program = on.start(["add", "--wait", exampleLink]);
      await program.until(isWatched(on));
      program.child.kill(signal);
      const ended = await program.ended;
      assert.partialDeepStrictEqual(ended, {
        status,
        signal: null,
        stderr: "dwld: no longer waiting; the task goes on (dwld list, dwld cancel)\n",
      });
      assert.equal(on.api.byLink(exampleLink)?.state, TaskState.QUEUED);
    });
  }
});
