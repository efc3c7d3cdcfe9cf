import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { startDwld, startVsftpd } from "@dwld/testbed";
import { compare, type Comparison, type Question, type Settings } from "../finding.ts";
import { processesOf } from "../world/dwld-processes.ts";

const windows = 5;
/** Beyond the collection of memory that each process makes after its start. */
const settleMs = 15_000;
const most = 0.005;

/** Measures the CPU of each idle process beside a Node.js that wakes once a second. */
export const measureIdle: Question = async ({ quick, say }) => {
  await using ftp = await startVsftpd();
  await using dwld = await startDwld({ apps: ["up"], configuration: { ftp: ftp.configuration } });
  using nothing = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const processes = await processesOf(dwld);
  const shares = await sharesAtRest([nothing.pid ?? 0, ...processes.map(({ pid }) => pid)], { quick, say });
  return processes.map(({ name }, index) =>
    compare({
      what: `idle ${name}, of one core`,
      unit: "share",
      pairs: shares.map(([beside = 0, ...ofDwld]) => ({ dwld: ofDwld[index] ?? 0, beside })),
      beside: "an idle node",
      target: { of: "mean", atMost: most },
    }),
  );
};

export const compareIdle: Comparison = async ({ quick, say }, other) => {
  await using ftp = await startVsftpd();
  const configuration = { ftp: ftp.configuration };
  await using dwld = await startDwld({ apps: ["up"], configuration });
  await using otherDwld = await startDwld({ apps: ["up"], configuration, checkout: other.root });
  const ours = await processesOf(dwld);
  const theirs = await processesOf(otherDwld);
  const shares = await sharesAtRest(
    [...ours, ...theirs].map(({ pid }) => pid),
    { quick, say },
  );
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const pairs = shares.map((all) => ({ dwld: sum(all.slice(0, ours.length)), beside: sum(all.slice(ours.length)) }));
  return [compare({ what: "all idle processes, of one core", unit: "share", pairs, beside: other.commit })];
};

/** Returns for each window the CPU time of each process as a share of one core. */
async function sharesAtRest(pids: readonly number[], { quick, say }: Settings): Promise<number[][]> {
  const windowMs = quick ? 2000 : 6000;
  say(`idle: ${(windows * windowMs) / 1000} s of rest`);
  await pause(settleMs);
  const shares: number[][] = [];
  for (let window = 0; window < windows; window += 1) {
    const startMs = performance.now();
    const before = await Promise.all(pids.map(cpuMs));
    await pause(windowMs);
    const after = await Promise.all(pids.map(cpuMs));
    const elapsedMs = performance.now() - startMs;
    shares.push(after.map((used, index) => (used - (before[index] ?? 0)) / elapsedMs));
  }
  return shares;
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
