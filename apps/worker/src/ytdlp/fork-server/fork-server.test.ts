import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { layout } from "@dwld/layout";
import { identifyProcess } from "@dwld/queue";
import { descendants, eventually } from "@dwld/testbed";
import { followProgram, type ProcessLine } from "../../process/follow.ts";
import { makeStandIn } from "./testing/stand-in.ts";
import { ForkServer } from "./fork-server.ts";
import type { PythonProgram } from "./python-program.ts";

const never = new AbortController().signal;
const env = { PATH: process.env["PATH"] ?? "" };

let folder = "";
let program: PythonProgram;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-fork-"));
  program = { interpreter: ["/usr/bin/python3"], file: await makeStandIn(folder) };
});
after(() => rm(folder, { recursive: true }));

async function start(server: ForkServer, words: string[], signal = never, memoryBytes?: number) {
  const lines: ProcessLine[] = [];
  const limit = memoryBytes === undefined ? {} : { memoryBytes };
  const started = await server.start({ arguments: words, cwd: folder, env: { PATH: env.PATH, A: "b" }, ...limit });
  const exit = followProgram(started, { signal, onLine: (line) => lines.push(line) });
  const line = (prefix: string) =>
    eventually(`it says ${prefix}`, () => lines.find(({ text }) => text.startsWith(prefix))?.text);
  return { exit, leader: started.leader, lines, line };
}

const isGone = (pid: number) => eventually(`${pid} is gone`, () => identifyProcess(pid) === undefined);
async function parentOf(pid: number | undefined): Promise<number> {
  return Number(/^PPid:\t(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1]);
}

const pidsIn = (line: string) => line.split(" ").slice(1).map(Number);

describe("forked run", () => {
  let server: ForkServer;
  before(() => {
    server = new ForkServer(program, env);
  });
  after(() => server.close());

  test("it has its own arguments, folder and environment, and inherits nothing else", async () => {
    assert.equal((await server.loaded).version, "1");
    const { exit, lines } = await start(server, ["tell", "a b", "é"]);
    assert.deepEqual(await exit, { exitCode: 3, signal: undefined });
    // The standard streams and the folder that is being read.
    const told = `out a b é ${folder} ['A', 'PATH', 'PWD'] 4 ''`;
    assert.deepEqual(
      lines.toSorted((a, b) => a.from.localeCompare(b.from)),
      [
        { from: "stderr", text: "err" },
        { from: "stdout", text: told },
      ],
    );
  });

  test("it gets no more memory than its limit", async () => {
    const limited = await start(server, ["limit"], never, 100 << 20);
    assert.equal((await limited.exit).exitCode, 1);
    assert.ok(limited.lines.some(({ text }) => text === "MemoryError"));
    assert.equal((await (await start(server, ["limit"])).exit).exitCode, 0);
  });

  test("it leaves no process behind", async () => {
    const { exit, line } = await start(server, ["leave"]);
    const [left = 0] = pidsIn(await line("pid "));
    await exit;
    await isGone(left);
  });

  test("a cancel kills it with all it started, a shutdown interrupts it", async () => {
    for (const [reason, expected] of [
      ["canceled", { exitCode: undefined, signal: "SIGKILL" }],
      ["shutdown", { exitCode: undefined, signal: "SIGINT" }],
    ] as const) {
      const controller = new AbortController();
      const { exit, line } = await start(server, ["wait"], controller.signal);
      const pids = pidsIn(await line("pids "));
      controller.abort(reason);
      assert.deepEqual(await exit, expected);
      for (const pid of pids) await isGone(pid);
    }
  });

  test("an interrupt before its begin ends it", async () => {
    for (let count = 0; count < 20; count += 1) {
      const { exit } = await start(server, ["wait"], AbortSignal.abort("shutdown"));
      assert.deepEqual(await exit, { exitCode: undefined, signal: "SIGINT" });
    }
  });

  test("ignoring the interrupt gets it killed after two seconds", async () => {
    const controller = new AbortController();
    const { exit, line } = await start(server, ["ignore"], controller.signal);
    await line("ready");
    controller.abort("shutdown");
    assert.deepEqual(await exit, { exitCode: undefined, signal: "SIGKILL" });
  });

  test("many runs at once each get their own output, whole", async () => {
    const runs = await Promise.all(["a", "é", "漢"].map((letter) => start(server, ["write", letter])));
    await Promise.all(runs.map(({ exit }) => exit));
    assert.deepEqual(
      runs.map(({ lines }) => lines.map(({ text }) => text)),
      ["a", "é", "漢"].map((letter) => [letter.repeat(100_000)]),
    );
  });

  test("a missing folder is reported, and the server goes on", async () => {
    const started = await server.start({ arguments: ["tell"], cwd: join(folder, "gone"), env });
    const lines: string[] = [];
    const exit = await followProgram(started, { signal: never, onLine: ({ text }) => lines.push(text) });
    assert.equal(exit.exitCode, 1);
    assert.match(lines.at(-1) ?? "", /FileNotFoundError.*gone/);
    assert.equal((await (await start(server, ["tell"])).exit).exitCode, 3);
  });
});

test("fork server: killed, it takes its runs along, and they end only when they are dead", async () => {
  const server = new ForkServer(program, env);
  const { exit, line, leader } = await start(server, ["wait"]);
  const pids = pidsIn(await line("pids "));
  process.kill(await parentOf(leader?.pid), "SIGKILL");
  assert.deepEqual(await exit, { exitCode: undefined, signal: "SIGKILL" });
  for (const pid of pids) assert.equal(identifyProcess(pid), undefined);
  assert.ok(server.hasEnded);
  await assert.rejects(server.start({ arguments: ["tell"], cwd: folder, env }), /has ended/);
});

test("fork server: a SIGKILL of the parent ends it and its runs", async () => {
  const script = `
import { ForkServer } from ${JSON.stringify(join(import.meta.dirname, "fork-server.ts"))};
    const server = new ForkServer(${JSON.stringify(program)}, ${JSON.stringify(env)});
    const run = await server.start({ arguments: ["wait"], cwd: "/", env: ${JSON.stringify(env)} });
    run.begin();
    run.stdout.pipe(process.stdout);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(parent.stdout), "line")) as [string];
  const pids = pidsIn(line);
  const server = await parentOf(pids[0]);
  assert.equal(pids.length, 2);
  parent.kill("SIGKILL");
  for (const pid of [...pids, server]) await isGone(pid);
});

test("fork server: hanging, it is killed with its runs, and callers get an error", async () => {
  const server = new ForkServer(program, env);
  const controller = new AbortController();
  const { exit, line, leader } = await start(server, ["wait"], controller.signal);
  const pids = pidsIn(await line("pids "));
  process.kill(await parentOf(leader?.pid), "SIGSTOP");
  const asked = server.start({ arguments: ["tell"], cwd: folder, env });
  controller.abort("canceled");
  await assert.rejects(asked, /has ended/);
  assert.deepEqual(await exit, { exitCode: undefined, signal: "SIGKILL" });
  for (const pid of pids) await isGone(pid);
});

test("fork server: it ends if its parent dies while it is loading", async () => {
  const file = join(folder, "slow");
  await writeFile(
    file,
    "import os, sys, time\nprint('pid', os.getpid(), file=sys.stderr, flush=True)\ntime.sleep(300)\n",
  );
  const parent = spawn(
    "/bin/sh",
    ["-c", `sleep 300 | python3 ${join(import.meta.dirname, "fork_server.py")} ${file} ${layout.sandbox} & sleep 300`],
    { stdio: ["ignore", "ignore", "pipe"], detached: true },
  );
  const [line] = (await once(createInterface(parent.stderr), "line")) as [string];
  const [loading = 0] = pidsIn(line);
  const writers = descendants(parent.pid ?? 0).filter(({ command }) => command === "sleep 300");
  assert.equal(writers.length, 2);
  for (const { pid } of writers) process.kill(pid, "SIGKILL");
  await isGone(loading);
});

test("fork server: a yt-dlp that was replaced is not forked any more", async () => {
  const server = new ForkServer(program, env);
  const module = join(folder, "yt_dlp/__init__.py");
  assert.equal((await (await start(server, ["tell"])).exit).exitCode, 3);
  await utimes(module, new Date(), new Date());
  await assert.rejects(server.start({ arguments: ["tell"], cwd: folder, env }), /was replaced since it was loaded/);
  await server.close();
});

test("fork server: retired, it ends after its last run", async () => {
  const server = new ForkServer(program, env);
  const controller = new AbortController();
  const { exit, line } = await start(server, ["wait"], controller.signal);
  await line("pids ");
  const retired = server.retire();
  assert.ok(!server.hasEnded);
  controller.abort("canceled");
  await exit;
  await retired;
  await eventually("it has ended", () => server.hasEnded);
});

test("fork server: a program that cannot be loaded says why", async () => {
  const file = join(folder, "broken");
  await writeFile(file, "import no_such_module\n");
  const server = new ForkServer({ ...program, file }, env);
  await assert.rejects(server.loaded, /No module named 'no_such_module'/);
});
