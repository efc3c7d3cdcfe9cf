import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TaskState, WaitReason } from "@dwld/rpc";
import { fromNow } from "../testing/in-memory-api.ts";
import { ProgramBench } from "../testing/program-bench.ts";
import { onTerminal, screen } from "../testing/terminal.ts";

const waitForThree = "$DWLD add --wait https://site.example/1 https://site.example/2 https://site.example/3";

const hideIds = (line: string): string =>
  line
    .replace(/019abf0(?=\d)/, "ID-")
    .replace(/^\d\d:\d\d:\d\d/, "TIME")
    .replace(/ \ds {2}/, " 0s  ");

describe("on a terminal", { concurrency: 2, timeout: 120_000 }, () => {
  test("terminal: each task in work has one line that is redrawn in place, and leaves its last line at its end", async () => {
    await using on = await ProgramBench.start();
    const program = onTerminal(on, waitForThree, 90, 12);
    await program.until(() => on.api.calls.some(([method]) => method === "watchTasks"));
    const [one, two, three] = on.api.tasks.map(({ id }) => id);
    assert.ok(one && two && three);
    on.api.set(two, {
      state: TaskState.DOWNLOADING,
      title: "日本語の題 👨‍👩‍👧 とその続きのとても長い名前とその続きのとても長い名前",
    });
    for (let percent = 0; percent <= 60; percent += 20) {
      on.api.progress(two, { doneBytes: 1_000_000n, totalBytes: 2_000_000n, progressPercent: percent });
      await program.until(({ stdout }) => stdout.includes(`${percent}.0%`));
    }
    assert.deepEqual((await screen(program.stdout, 90, 12)).map(hideIds), [
      "ID-1  queued  https://site.example/1",
      "ID-2  queued  https://site.example/2",
      "ID-3  queued  https://site.example/3",
      "downloading     60.0%  1.00 MB of 2.00 MB                          日本語の題 👨‍👩‍👧 とその…",
      "queued         https://site.example/1",
      "queued         https://site.example/3",
    ]);
    on.api.set(two, { state: TaskState.DONE });
    on.api.set(one, { state: TaskState.FAILED });
    on.api.set(three, { state: TaskState.DONE });
    await program.until(({ stdout }) => stdout.includes("status"));
    assert.deepEqual((await screen(program.stdout, 90, 12)).map(hideIds), [
      "ID-1  queued  https://site.example/1",
      "ID-2  queued  https://site.example/2",
      "ID-3  queued  https://site.example/3",
      "TIME  ID-2  done           日本語の題 👨‍👩‍👧 とその続きのとても長い名前とその続きのと",
      "ても長い名前  best",
      "TIME  ID-1  failed         https://site.example/1",
      "TIME  ID-3  done           https://site.example/3  best",
      "2 of 3 done",
      "  failed  ID-1  https://site.example/1",
      "status 1",
    ]);
  });

  test("terminal: Ctrl-C leaves it clean, and says that the tasks go on", async () => {
    await using on = await ProgramBench.start();
    const program = onTerminal(on, waitForThree, 100, 12);
    await program.until(({ stdout }) => stdout.includes("\u001b[?7h"));
    program.child.stdin?.write("\u0003");
    await program.until(({ stdout }) => stdout.includes("status"));
    const lines = (await screen(program.stdout, 100, 12)).map(hideIds).slice(3);
    assert.deepEqual(lines, [
      "queued         https://site.example/1",
      "queued         https://site.example/2",
      "queued         https://site.example/3",
      "dwld: no longer waiting; 3 tasks go on (dwld list, dwld cancel)",
      "status 130",
    ]);
    assert.equal(on.api.tasks.filter(({ state }) => state === TaskState.QUEUED).length, 3);
  });

  test("terminal: with more tasks than rows, those in work are shown and the others counted", async () => {
    await using on = await ProgramBench.start();
    const links = Array.from({ length: 20 }, (_, number) => `https://site.example/${number}`).join(" ");
    const program = onTerminal(on, `$DWLD add --wait ${links}`, 80, 6);
    await program.until(() => on.api.calls.some(([method]) => method === "watchTasks"));
    const last = on.api.tasks.at(-1)?.id ?? "";
    on.api.set(last, { state: TaskState.SENDING });
    await program.until(({ stdout }) => stdout.includes("sending"));
    const lines = await screen(program.stdout, 80, 6);
    assert.match(lines.at(-5) ?? "", /^sending +https:\/\/site.example\/19$/);
    assert.equal(lines.at(-1), "and 16 more");
    for (const { id } of on.api.tasks) on.api.set(id, { state: TaskState.DONE });
    await program.until(({ stdout }) => stdout.includes("status 0"));
    const end = await screen(program.stdout, 80, 6);
    assert.equal(end.filter((line) => /^\d\d:\d\d:\d\d /.test(line)).length, 20);
    assert.equal(end.at(-2), "20 of 20 done");
  });

  test("terminal: a lost connection has a line of its own until it is back", async () => {
    await using on = await ProgramBench.start();
    const program = onTerminal(on, "$DWLD add --wait https://site.example/1", 100, 12);
    await program.until(() => on.api.calls.some(([method]) => method === "watchTasks"));
    await on.kill();
    await program.until(({ stdout }) => stdout.includes("trying again"));
    assert.match(
      (await screen(program.stdout, 100, 12)).at(-1) ?? "",
      /^dwld: the api is away, the tasks go on; trying again for 5m00s: /,
    );
    await on.serve();
    on.api.set(on.api.tasks[0]?.id ?? "", { state: TaskState.DONE });
    await program.until(({ stdout }) => stdout.includes("status 0"));
    assert.deepEqual((await screen(program.stdout, 100, 12)).map(hideIds), [
      "ID-1  queued  https://site.example/1",
      "TIME  ID-1  done           https://site.example/1  best",
      "status 0",
    ]);
  });

  test("terminal: one without escape sequences gets plain lines", async () => {
    await using on = await ProgramBench.start();
    const program = onTerminal(on, "TERM=dumb $DWLD add --wait https://site.example/1", 80, 12);
    await program.until(() => on.api.calls.some(([method]) => method === "watchTasks"));
    on.api.set(on.api.tasks[0]?.id ?? "", { state: TaskState.SENDING });
    await program.until(({ stdout }) => /^\d\d:\d\d:\d\d .* sending/m.test(stdout));
    assert.ok(!program.stdout.includes("\u001b"));
  });

  test("terminal: a table is cut at its edge, and shows the reason to wait", async () => {
    await using on = await ProgramBench.start();
    on.api.put({
      link: "https://site.example/1",
      title: "A title that is far longer than this narrow terminal is wide",
      wait: { reason: WaitReason.WORKER, text: [{ languageCode: "en", text: "no worker is running" }] },
    });
    const program = onTerminal(on, "$DWLD list", 80, 12);
    await program.until(({ stdout }) => stdout.includes("status 0"));
    assert.deepEqual((await screen(program.stdout, 80, 12)).map(hideIds), [
      "ID        STATE           AGE  WHAT",
      "ID-1  queued           0s  A title that is far…  waits: no worker is running",
      "status 0",
    ]);
  });

  test("terminal: the rest of a wait counts down without messages of the api, and vanishes at its end", async () => {
    await using on = await ProgramBench.start();
    on.api.heartbeatEveryMs = 600_000;
    const program = onTerminal(on, "$DWLD add --wait https://site.example/1", 100, 12);
    await program.until(() => on.api.calls.some(([method]) => method === "watchTasks"));
    const text = [{ languageCode: "en", text: "tube is paused" }];
    on.api.wait(on.api.tasks[0]?.id ?? "", { reason: WaitReason.SITE_PAUSED, until: fromNow(2500), text });
    await program.until(({ stdout }) => /tube is paused, until \d\d:\d\d:\d\d \(1s\)/.test(stdout));
    await program.until(({ stdout }) => /tube is paused\r?\n/.test(stdout));
    assert.equal(
      (await screen(program.stdout, 100, 12)).at(-1),
      "queued         https://site.example/1  waits: tube is paused",
    );
  });

  for (const [what, env, isColoured] of [
    ["by state", "", true],
    ["with an empty NO_COLOR", "NO_COLOR=", true],
    ["not with NO_COLOR", "NO_COLOR=1", false],
    ["not on a terminal without them", "TERM=dumb", false],
  ] as const) {
    test(`terminal: colours a list ${what}`, async () => {
      await using on = await ProgramBench.start();
      on.api.put({ link: "https://site.example/1", state: TaskState.FAILED });
      const program = onTerminal(on, `${env} $DWLD list`, 80, 12);
      await program.until(({ stdout }) => stdout.includes("status 0"));
      assert.equal(program.stdout.includes("\u001b[31mfailed\u001b[39m"), isColoured, program.stdout);
      assert.equal(program.stdout.includes("\u001b"), isColoured);
    });
  }

  test("terminal: documents have whole ids and no colours, and --no-trunc cuts nothing", async () => {
    await using on = await ProgramBench.start();
    const title = "A title that is far longer than this narrow terminal is wide";
    const { id } = on.api.put({ link: "https://site.example/1", title, state: TaskState.DONE });
    const program = onTerminal(on, "$DWLD list --no-trunc; $DWLD list --json", 80, 12);
    await program.until(({ stdout }) => stdout.includes("status 0"));
    const [, line = "", json = ""] = program.stdout.split("\r\n");
    assert.ok(line.startsWith(`${id}  `) && line.endsWith(title), line);
    assert.ok(json.startsWith("{") && json.includes(id) && !json.includes("\u001b"), json);
  });

  test("terminal: add without links does not wait for them to be typed", async () => {
    await using on = await ProgramBench.start();
    const program = onTerminal(on, "$DWLD add", 80, 12);
    await program.until(({ stdout }) => stdout.includes("status"));
    assert.match(program.stdout, /^dwld: add: a link is needed\r\nstatus 2/);
  });
});
