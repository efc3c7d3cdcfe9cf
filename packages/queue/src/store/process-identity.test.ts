import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { eventually } from "@dwld/timing/testing";
import { identifyProcess, isRunning } from "./process-identity.ts";

test("process identity: a living process is known by its pid, its start and this boot", () => {
  const identity = identifyProcess(process.pid);
  assert(identity !== undefined);
  assert.equal(identity.pid, process.pid);
  assert.match(identity.bootId, /^[0-9a-f-]{36}$/);
  assert(Number.isSafeInteger(identity.startTicks) && identity.startTicks > 0);
  assert.equal(isRunning(identity), true);
  assert.deepEqual(identifyProcess(process.pid), identity);
});

test("process identity: the same pid with another start or of another boot is another process", () => {
  const identity = identifyProcess(process.pid);
  assert(identity !== undefined);
  assert.equal(isRunning({ ...identity, startTicks: identity.startTicks - 1 }), false);
  assert.equal(isRunning({ ...identity, bootId: "00000000-0000-0000-0000-000000000000" }), false);
});

test("process identity: a pid that is given to a new process does not revive the old one", (t) => {
  // In a pid namespace of its own, the next pid can be chosen.
  const program = `
    import { identifyProcess, isRunning } from ${JSON.stringify(join(import.meta.dirname, "process-identity.ts"))};
    import { spawn } from "node:child_process";
    import { once } from "node:events";
    import { writeFileSync } from "node:fs";
    const start = () => {
      writeFileSync("/proc/sys/kernel/ns_last_pid", "4999");
      return spawn("sleep", ["600"]);
    };
    const end = async (child) => {
      child.kill("SIGKILL");
      await once(child, "exit");
    };
    const first = start();
    const old = identifyProcess(first.pid);
    await end(first);
    let second = start();
    // Start times count hundredths of a second.
    while (identifyProcess(second.pid).startTicks === old.startTicks) {
      await end(second);
      second = start();
    }
    const young = identifyProcess(second.pid);
    console.log(JSON.stringify({ pids: [first.pid, second.pid], old: isRunning(old), young: isRunning(young) }));
    await end(second);
  `;
  const words = ["--fork", "--pid", "--mount-proc", process.execPath, "--input-type=module", "--eval", program];
  let output: string;
  try {
    output = execFileSync("unshare", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 30_000 });
  } catch (error) {
    t.skip(`this machine makes no pid namespace: ${String(error)}`);
    return;
  }
  assert.deepEqual(JSON.parse(output), { pids: [5000, 5000], old: false, young: true });
});

test("process identity: a process that is gone does not run, nor does a zombie", async (t) => {
  // The shell becomes a program that never asks for the end of its child.
  const parent = spawn("sh", ["-c", "sleep 600 & echo $!; exec sleep 600"]);
  killAtEnd(t, parent);
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const pid = Number(line.toString());
  const identity = identifyProcess(pid);
  assert(identity !== undefined);
  // Before the exec, the shell would still fetch it.
  await eventually("the parent is another program", () => /^Name:\tsleep$/m.test(status(parent.pid ?? 0)));
  process.kill(pid, "SIGKILL");
  await eventually("its child is a zombie", () => /^State:\tZ/m.test(status(pid)));
  assert.equal(identifyProcess(pid), undefined);
  assert.equal(isRunning(identity), false);
  const parentIdentity = identifyProcess(parent.pid ?? 0);
  assert(parentIdentity !== undefined);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  assert.equal(isRunning(parentIdentity), false);
});

test("process identity: a name with parentheses, spaces and a line break hides nothing", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-queue-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [plain, strange] = [join(folder, "plain"), join(folder, "a) Z 1 (\n) x")];
  for (const path of [plain, strange]) await copyFile("/usr/bin/sleep", path);
  const starts: number[] = [];
  for (const path of [plain, strange, plain]) {
    const child = spawn(path, ["600"]);
    killAtEnd(t, child);
    await once(child, "spawn");
    const identity = identifyProcess(child.pid ?? 0);
    assert(identity !== undefined, path);
    assert.equal(isRunning(identity), true);
    starts.push(identity.startTicks);
  }
  assert.deepEqual(
    starts,
    starts.toSorted((a, b) => a - b),
    "the start of the strange one is between the others'",
  );
});

function status(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, "latin1");
}

function killAtEnd(t: TestContext, child: { kill: (signal: "SIGKILL") => boolean }): void {
  t.after(() => {
    child.kill("SIGKILL");
  });
}
