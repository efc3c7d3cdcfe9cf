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
import { runProcess, type ProcessLine } from "./follow.ts";
import { endProcessGroup } from "./process-group.ts";

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
  const exit = runProcess({
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

test("a program that wants more memory than it may have gets none, and one that it starts neither", async () => {
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

test("lines of both streams, the exit status and nothing of our environment", async () => {
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

test("a program that is not there ends as one that failed", async () => {
  const { exit, lines } = start(["no-such-program"]);
  assert.equal((await exit).exitCode, 127);
  assert.match(lines[0]?.text ?? "", /no-such-program/);
});

test("where no process can be made, that is the error", async () => {
  const never = new AbortController().signal;
  for (const request of [
    { argv: ["true", "x".repeat(200_000)] as [string, string], cwd: folder },
    { argv: ["true"] as [string], cwd: "/etc/passwd" },
  ])
    await assert.rejects(
      runProcess({ ...request, env, signal: never, onLine: () => undefined }),
      /^Error: true cannot be started: /,
    );
});

test("a program begins when its process group is on record, and never where that fails", async () => {
  const never = new AbortController().signal;
  const lines: string[] = [];
  const request = { argv: ["sh", "-c", "echo begun"] as [string, ...string[]], cwd: folder, env, signal: never };
  const onLine = ({ text }: ProcessLine) => lines.push(text);
  const recorded = Promise.withResolvers<void>();
  let told = 0;
  const exit = runProcess({
    ...request,
    onLine,
    onLeader: async ({ pid }) => {
      told = pid;
      await recorded.promise;
    },
  });
  await runProcess({ ...request, onLine: () => undefined });
  assert.ok(identifyProcess(told) !== undefined, "it is there");
  assert.deepEqual(lines, []);
  recorded.resolve();
  assert.equal((await exit).exitCode, 0);
  assert.deepEqual(lines, ["begun"]);
  const refusing = runProcess({ ...request, onLine, onLeader: () => Promise.reject(new Error("the disk is full")) });
  await assert.rejects(refusing, /the disk is full/);
  assert.deepEqual(lines, ["begun"]);
});

test("what a program leaves behind is dead when its exit is told", async () => {
  const { exit, line } = start(["sh", "-c", "sleep 300 >/dev/null 2>&1 & echo pid $!"]);
  const left = Number((await line("pid ")).slice(4));
  await exit;
  await gone(left);
});

for (const { reason, signal } of [
  { reason: "canceled", signal: "SIGKILL" },
  { reason: "shutdown", signal: "SIGINT" },
])
  test(`"${reason}" ends the whole group by ${signal}`, async () => {
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

test("a program that ignores the interrupt is killed two seconds later", async () => {
  const controller = new AbortController();
  const { exit, line } = start(["sh", "-c", "trap '' INT; echo ready; while :; do sleep 1; done"], controller.signal);
  await line("ready");
  controller.abort("shutdown");
  assert.deepEqual(await exit, { exitCode: undefined, signal: "SIGKILL" });
});

test("a parent killed by SIGKILL leaves nothing that it started", async () => {
  const script = `
    import { runProcess } from ${JSON.stringify(new URL("run-process.ts", import.meta.url).pathname)};
    void runProcess({ argv: ["sh", "-c", "sleep 300 & echo pids $$ $!; wait"], cwd: "/", env: { PATH: process.env.PATH },
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

test("a predecessor's group is ended, and one that only has its number is left alone", async () => {
  const victim = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
  const leader = identifyProcess(victim.pid ?? 0);
  assert.ok(leader);
  await endProcessGroup({ ...leader, startTicks: leader.startTicks - 1 });
  assert.ok(identifyProcess(leader.pid), "an older group of the same number is another one");
  await endProcessGroup({ ...leader, bootId: "another boot" });
  assert.ok(identifyProcess(leader.pid), "a group of another boot is another one");
  await endProcessGroup(leader);
  assert.equal(identifyProcess(leader.pid), undefined);
});

test("lines of a program: 300 MB in one line, on both pipes, cost next to no memory, and what follows is read", async () => {
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
  assert.ok(grownBytes < 100_000_000, `this process grew by ${grownBytes} bytes`);
});
