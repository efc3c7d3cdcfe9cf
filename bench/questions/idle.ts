import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { startDwld, startVsftpd } from "@dwld/testbed";
import { compare, type Question } from "../finding.ts";
import type { Pair } from "../pairs.ts";
import { processesOf } from "../world/dwld-processes.ts";

const windows = 5;
const settleMs = 5000;
const most = 0.005;

/** Measures the CPU of each idle process beside a Node.js that wakes once a second. */
export const measureIdle: Question = async ({ quick, say }) => {
  const windowMs = quick ? 2000 : 6000;
  await using ftp = await startVsftpd();
  await using dwld = await startDwld({ apps: ["up"], configuration: { ftp: ftp.configuration } });
  using nothing = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const processes = await processesOf(dwld);
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
  return [...pairs].map(([name, ofOne]) =>
    compare({
      what: `idle ${name}, of one core`,
      pairs: ofOne,
      unit: "share",
      beside: "an idle node",
      target: { of: "mean", atMost: most },
    }),
  );
};

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
