import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TaskState } from "@dwld/rpc";
import xterm from "@xterm/headless";
import { type Program, ProgramBench } from "../fixture/program-bench.ts";

const WAIT_FOR_THREE = "$DWLD add --wait https://site.example/1 https://site.example/2 https://site.example/3";

/** Runs a command on a terminal of this size; what is typed goes to its input. */
function onTerminal(on: ProgramBench, command: string, columns: number, rows: number): Program {
  // The shell must outlive a Ctrl-C to tell the status.
  const script = `trap : INT; stty cols ${columns} rows ${rows}; eval "${command}"; echo "status $?"`;
  return on.startBy("script", ["-qec", script, "/dev/null"], {
    keepInput: true,
    env: { TERM: "xterm-256color", SHELL: "/bin/sh" },
  });
}

/** What a person sees on a terminal that was written this, with what has scrolled away above. */
async function screen(text: string, columns: number, rows: number): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true) ?? "");
  terminal.dispose();
  return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
}

const hideIds = (line: string): string =>
  line
    .replace(/019abf3e-7c11-7d2a-9b0e-0{11}/, "ID-")
    .replace(/^\d\d:\d\d:\d\d/, "TIME")
    .replace(/ \ds {2}/, " 0s  ");

describe("on a terminal", { concurrency: 2, timeout: 120_000 }, () => {
  test("each task in work has one line that is drawn in place, and leaves its last line when it ends", async () => {
    await using on = await ProgramBench.start();
    const program = onTerminal(on, WAIT_FOR_THREE, 90, 12);
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
      "TIME  ID-2  done           日本語の題 👨‍👩‍👧 とその続きの",
      "とても長い名前とその続きのとても長い名前  best",
      "TIME  ID-1  failed         https://site.example/1",
      "TIME  ID-3  done           https://site.example/3  bes",
      "t",
      "2 of 3 done",
      "  failed  ID-1  https://site.example/1",
      "status 1",
    ]);
  });

  test("Ctrl-C leaves a clean terminal, and says that the tasks go on", async () => {
    await using on = await ProgramBench.start();
    const program = onTerminal(on, WAIT_FOR_THREE, 100, 12);
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

  test("more tasks than rows: what is in work is shown, the others are counted", async () => {
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

  test("a lost connection is told on a line of its own, which goes when it is back", async () => {
    await using on = await ProgramBench.start();
    const program = onTerminal(on, "$DWLD add --wait https://site.example/1", 100, 12);
    await program.until(() => on.api.calls.some(([method]) => method === "watchTasks"));
    await on.kill();
    await program.until(({ stdout }) => stdout.includes("trying again"));
    assert.match((await screen(program.stdout, 100, 12)).at(-1) ?? "", /^dwld: .*the tasks go on, trying again$/);
    await on.serve();
    on.api.set(on.api.tasks[0]?.id ?? "", { state: TaskState.DONE });
    await program.until(({ stdout }) => stdout.includes("status 0"));
    assert.deepEqual((await screen(program.stdout, 100, 12)).map(hideIds), [
      "ID-1  queued  https://site.example/1",
      "TIME  ID-1  done           https://site.example/1  best",
      "status 0",
    ]);
  });

  test("a terminal without escape sequences gets plain lines", async () => {
    await using on = await ProgramBench.start();
    const program = onTerminal(on, "TERM=dumb $DWLD add --wait https://site.example/1", 80, 12);
    await program.until(() => on.api.calls.some(([method]) => method === "watchTasks"));
    on.api.set(on.api.tasks[0]?.id ?? "", { state: TaskState.SENDING });
    await program.until(({ stdout }) => /^\d\d:\d\d:\d\d .* sending/m.test(stdout));
    assert.ok(!program.stdout.includes("\u001b"));
  });

  test("a table is cut at the edge of the terminal", async () => {
    await using on = await ProgramBench.start();
    on.api.put({
      link: "https://site.example/1",
      title: "A title that is far longer than this narrow terminal is wide",
    });
    const program = onTerminal(on, "$DWLD list", 80, 12);
    await program.until(({ stdout }) => stdout.includes("status 0"));
    assert.deepEqual((await screen(program.stdout, 80, 12)).map(hideIds), [
      "ID                                    STATE           AGE  WHAT",
      "ID-1  queued           0s  A title that is far…",
      "status 0",
    ]);
  });

  test("asked for links by nobody, it does not wait for them to be typed", async () => {
    await using on = await ProgramBench.start();
    const program = onTerminal(on, "$DWLD add", 80, 12);
    await program.until(({ stdout }) => stdout.includes("status"));
    assert.match(program.stdout, /^dwld: add: a link is needed\r\nstatus 2/);
  });
});
