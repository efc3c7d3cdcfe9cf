import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { type Dwld, livingProcesses, startDwld, startVsftpd } from "@dwld/testbed";
import { compare, type Finding, type Question } from "../finding.ts";
import type { Pair } from "../pairs.ts";
import { percent } from "../quantity.ts";

const windows = 5;
const settleMs = 5000;
const most = 0.005;

/** Measures the CPU of each idle process beside a Node.js that wakes once a second. */
export const measureIdle: Question = async ({ quick, say }) => {
  const windowMs = quick ? 2000 : 6000;
  await using ftp = await startVsftpd();
  await using dwld = await startDwld({ apps: ["up"], configuration: { ftp: ftp.configuration } });
  using nothing = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const processes = await appsOf(dwld);
  say(`idle: ${(windows * windowMs) / 1000} s of rest`);
  await pause(settleMs);
  const pairs = new Map<string, Pair[]>(processes.map(({ name }) => [name, []]));
  for (let window = 0; window < windows; window += 1) {
    const pids = [nothing.pid ?? 0, ...processes.map(({ pid }) => pid)];
    const startMs = performance.now();
    const before = await Promise.all(pids.map(cpuMs));
    await pause(windowMs);
    const after = await Promise.all(pids.map(cpuMs));
    const elapsedMs = performance.now() - startMs;
    const [beside = 0, ...shares] = after.map((used, index) => (used - (before[index] ?? 0)) / elapsedMs);
    for (const [index, { name }] of processes.entries()) pairs.get(name)?.push({ dwld: shares[index] ?? 0, beside });
  }
  return [...pairs].map(([name, ofOne]) => idleRow(name, ofOne));
};

function idleRow(name: string, pairs: readonly Pair[]): Finding {
  const mean = pairs.reduce((sum, { dwld }) => sum + dwld, 0) / pairs.length;
  return {
    ...compare({ what: `idle ${name}, of one core`, pairs, show: percent, beside: "an idle node" }),
    dwld: percent(mean),
    target: `dwld ≤ ${percent(most)}`,
    met: mean <= most,
  };
}

async function appsOf(dwld: Dwld): Promise<{ name: string; pid: number }[]> {
  return livingProcesses(dwld.marker).flatMap(({ pid, command }) => {
    const name = /apps\/([\w-]+)\/src\/main\.ts/.exec(command)?.[1] ?? /^\S*(memcached) /.exec(command)?.[1];
    return name === undefined || command.startsWith("/bin/sh") ? [] : [{ name, pid }];
  });
}

/** Returns the CPU time of all threads so far. /proc/…/schedstat counts nanoseconds, /proc/…/stat hundredths of a second. */
async function cpuMs(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const spent = await Promise.all(
    threads.map(async (thread) =>
      Number((await readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8")).split(" ")[0]),
    ),
  );
  return spent.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6;
}
