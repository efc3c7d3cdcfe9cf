import { readFileSync, readlinkSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { basename } from "node:path";
import { errorCode } from "@dwld/text";
import { percent } from "../quantity.ts";
import { usedByOthers } from "./others.ts";
import { readAllStats, readStat } from "./process-stat.ts";

/** The use that other programs made of the machine for a while. */
export type Company = {
  /** CPU time that they used, and that the hypervisor gave to other machines, as a share of all cores. */
  othersShare: number;
  /** Those that used most of it. */
  programs: { name: string; share: number }[];
  /** Share of the time in which a runnable process had no core, the bench's own included; undefined without PSI. */
  pressureShare?: number;
  /** Load average of the last minute. */
  load: number;
};

/** Above this share, the machine is busy: what was measured is shown, but not judged. */
const mostOthersShare = 0.05;

const sampleIntervalMs = 2000;
const mostPrograms = 3;

export function isQuiet({ othersShare }: Company): boolean {
  return othersShare <= mostOthersShare;
}

/** Returns a sentence for a person. */
export function describeCompany({ othersShare, programs, pressureShare, load }: Company): string {
  const names = programs.map(({ name, share }) => `${name} ${percent(share)}`).join(", ");
  const others = `other programs ${percent(othersShare)} of all cores${names === "" ? "" : ` (${names})`}`;
  const pressure = pressureShare === undefined ? "" : `, CPU pressure ${percent(pressureShare)}`;
  return `${others}${pressure}, load ${load.toFixed(2)}`;
}

/** Watches the machine from now on, until the returned function is called for the result. */
export function watchCompany(): () => Company {
  const usedMs = new Map<string, number>();
  const start = readMachine();
  let last = readAllStats();
  const sample = () => {
    const now = readAllStats();
    for (const { pid, ms } of usedByOthers(last, now, process.pid)) {
      const name = nameOf(pid);
      usedMs.set(name, (usedMs.get(name) ?? 0) + ms);
    }
    last = now;
  };
  const timer = setInterval(sample, sampleIntervalMs).unref();
  return () => {
    clearInterval(timer);
    sample();
    const end = readMachine();
    const elapsedMs = end.atMs - start.atMs;
    usedMs.set("hypervisor", end.stolenMs - start.stolenMs);
    const shares = [...usedMs].map(([name, ms]) => ({ name, share: ms / elapsedMs / availableParallelism() }));
    return {
      othersShare: shares.reduce((sum, { share }) => sum + share, 0),
      programs: shares.toSorted((a, b) => b.share - a.share).slice(0, mostPrograms),
      ...(start.waitedMs !== undefined &&
        end.waitedMs !== undefined && { pressureShare: (end.waitedMs - start.waitedMs) / elapsedMs }),
      load: loadavg()[0] ?? 0,
    };
  };
}

type Machine = { atMs: number; stolenMs: number; waitedMs: number | undefined };

/** Reads proc_stat(5), and the pressure of Documentation/accounting/psi.rst. */
function readMachine(): Machine {
  const stolenTicks = readFileSync("/proc/stat", "utf8").split(/ +/, 9)[8];
  const waitedMicroseconds = /^some .*total=(\d+)/.exec(readPressure())?.[1];
  return {
    atMs: performance.now(),
    stolenMs: Number(stolenTicks) * 10,
    waitedMs: waitedMicroseconds === undefined ? undefined : Number(waitedMicroseconds) / 1000,
  };
}

/** Returns an empty text if the kernel was built or started without PSI. */
function readPressure(): string {
  try {
    return readFileSync("/proc/pressure/cpu", "utf8");
  } catch (error) {
    if (["ENOENT", "EOPNOTSUPP"].includes(errorCode(error))) return "";
    throw error;
  }
}

/** Returns the name of the program, since threads of Node.js rename their process. */
function nameOf(pid: number): string {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    // It belongs to another user, or has ended.
    return readStat(pid)?.name ?? "a program that ended";
  }
}
