import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { identifyProcess } from "@dwld/queue";
import { runProgram, type ProcessLine } from "./follow.ts";
import { killProcessGroup } from "./process-group.ts";

const env = { PATH: process.env["PATH"] ?? "" };
let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-run-"));
});
after(async () => {
  await rm(folder, { recursive: true });
});

function start(
  argv: [string, ...string[]],
  signal = new AbortController().signal,
  limits: { memoryBytes?: number } = {},
) {
  const lines: ProcessLine[] = [];
  const seen = new Map<string, (line: string) => void>();
  const exit = runProgram({
    argv,
    cwd: folder,
    env,
    signal,
    ...limits,
    onLine: (line) => {
      lines.push(line);
      for (const [prefix, resolve] of seen) if (line.text.startsWith(prefix)) resolve(line.text);
    },
  });
  const line = (prefix: string) =>
    new Promise<string>((resolve) => {
      const known = lines.find(({ text }) => text.startsWith(prefix));
      if (known === undefined) seen.set(prefix, resolve);
      else resolve(known.text);
    });
  return { exit, lines, line };
}

async function gone(pid: number): Promise<void> {
  while (identifyProcess(pid) !== undefined) await pause(5);
}

test("program: it and what it starts get no more memory than the limit", async () => {
  const fill = "import sys; bytearray(200 << 20); print('filled')";
  for (const argv of [
    ["python3", "-c", fill],
    ["sh", "-c", `python3 -c "${fill}"; exit $?`],
  ] as const) {
    const never = new AbortController().signal;
    const limited = start([...argv], never, { memoryBytes: 100 << 20 });
    assert.equal((await limited.exit).exitCode, 1);
    assert.ok(limited.lines.some(({ text }) => text === "MemoryError"));
    assert.equal((await start([...argv]).exit).exitCode, 0);
  }
});

test("program: lines of both streams and the exit status are handed over, our environment is not inherited", async () => {
  const { exit, lines } = start(["sh", "-c", 'echo "out $HOME"; echo err >&2; exit 3']);
  assert.deepEqual(await exit, { exitCode: 3, signal: undefined });
  assert.deepEqual(
    lines.toSorted((a, b) => a.from.localeCompare(b.from)),
    [
      { from: "stderr", text: "err" },
      { from: "stdout", text: "out " },
    ],
  );
});

test("program: a missing program exits with 127", async () => {
  const { exit, lines } = start(["no-such-program"]);
  assert.equal((await exit).exitCode, 127);
  assert.match(lines[0]?.text ?? "", /no-such-program/);
});

test("program: a process that cannot be started is an error", async () => {
  const never = new AbortController().signal;
  for (const request of [
    { argv: ["true", "x".repeat(200_000)] as [string, string], cwd: folder },
    { argv: ["true"] as [string], cwd: "/etc/passwd" },
  ])
    await assert.rejects(
      runProgram({ ...request, env, signal: never, onLine: () => undefined }),
      /^Error: true cannot be started: /,
    );
});

test("program: it begins when its process group is on record, and never if recording fails", async () => {
  const never = new AbortController().signal;
  const lines: string[] = [];
  const request = { argv: ["sh", "-c", "echo begun"] as [string, ...string[]], cwd: folder, env, signal: never };
  const onLine = ({ text }: ProcessLine) => lines.push(text);
  const recorded = Promise.withResolvers<void>();
  let told = 0;
  const exit = runProgram({
    ...request,
    onLine,
    onLeader: async ({ pid }) => {
      told = pid;
      await recorded.promise;
    },
  });
  await runProgram({ ...request, onLine: () => undefined });
  assert.ok(identifyProcess(told) !== undefined, "it is there");
  assert.deepEqual(lines, []);
  recorded.resolve();
  assert.equal((await exit).exitCode, 0);
  assert.deepEqual(lines, ["begun"]);
  const refusing = runProgram({ ...request, onLine, onLeader: () => Promise.reject(new Error("the disk is full")) });
  await assert.rejects(refusing, /the disk is full/);
  assert.deepEqual(lines, ["begun"]);
});

test("program: processes that it leaves behind are killed at its exit", async () => {
  const { exit, line } = start(["sh", "-c", "sleep 300 >/dev/null 2>&1 & echo pid $!"]);
  const left = Number((await line("pid ")).slice(4));
  await exit;
  await gone(left);
});

for (const { reason, signal } of [
  { reason: "canceled", signal: "SIGKILL" },
  { reason: "shutdown", signal: "SIGINT" },
])
  test(`program: "${reason}" ends the whole group by ${signal}`, async () => {
    const controller = new AbortController();
    const { exit, line } = start(
      [
        "python3",
        "-c",
        "import subprocess as s, signal; signal.signal(signal.SIGINT, signal.SIG_DFL); p = s.Popen(['sleep', '300']); print('pid', p.pid, flush=True); p.wait()",
      ],
      controller.signal,
    );
    const child = Number((await line("pid ")).slice(4));
    controller.abort(reason);
    assert.deepEqual(await exit, { exitCode: undefined, signal });
    await gone(child);
  });

test("program: ignoring the interrupt gets it killed after two seconds", async () => {
  const controller = new AbortController();
  const { exit, line } = start(["sh", "-c", "trap '' INT; echo ready; while :; do sleep 1; done"], controller.signal);
  await line("ready");
  controller.abort("shutdown");
  assert.deepEqual(await exit, { exitCode: undefined, signal: "SIGKILL" });
});

test("program: a SIGKILL of the parent kills the whole group", async () => {
  const script = `
    import { runProgram } from ${JSON.stringify(new URL("follow.ts", import.meta.url).pathname)};
    void runProgram({ argv: ["sh", "-c", "sleep 300 & echo pids $$ $!; wait"], cwd: "/", env: { PATH: process.env.PATH },
      signal: new AbortController().signal, onLine: ({ text }) => console.log(text) });`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(parent.stdout), "line")) as [string];
  const pids = line.split(" ").slice(1).map(Number);
  assert.equal(pids.length, 2);
  parent.kill("SIGKILL");
  for (const pid of pids) await gone(pid);
});

test("process group: an orphaned group is killed, one that only has its number is left alone", async () => {
  const victim = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
  const leader = identifyProcess(victim.pid ?? 0);
  assert.ok(leader);
  await killProcessGroup({ ...leader, startTicks: leader.startTicks - 1 });
  assert.ok(identifyProcess(leader.pid), "an older group of the same number is another one");
  await killProcessGroup({ ...leader, bootId: "another boot" });
  assert.ok(identifyProcess(leader.pid), "a group of another boot is another one");
  await killProcessGroup(leader);
  assert.equal(identifyProcess(leader.pid), undefined);
});

test("program: a line of 300 MB on each pipe is not kept in memory, and the next line is read", async () => {
  const long = "head -c 300000000 /dev/zero | tr '\\0' ";
  let mostBytes = process.memoryUsage().rss;
  const beforeBytes = mostBytes;
  const sampling = setInterval(() => {
    mostBytes = Math.max(mostBytes, process.memoryUsage().rss);
  }, 5);
  const { exit, lines } = start(["sh", "-c", `${long} a; echo; echo out; { ${long} b; echo; echo err; } >&2`]);
  assert.equal((await exit).exitCode, 0);
  clearInterval(sampling);
  assert.deepEqual(
    lines.map(({ from, text }) => [from, text.slice(0, 3), text.length]),
    [
      ["stdout", "aaa", 100_000],
      ["stdout", "out", 3],
      ["stderr", "bbb", 100_000],
      ["stderr", "err", 3],
    ],
  );
  const grownBytes = mostBytes - beforeBytes;
  // Either line would take 300 MB. Pieces of it that are garbage already were seen to take 113 MB in a process with many tests.
  assert.ok(grownBytes < 200_000_000, `this process grew by ${grownBytes} bytes`);
});
