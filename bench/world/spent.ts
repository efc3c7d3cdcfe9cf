import type { Dwld } from "@dwld/testbed";
import { readStat } from "../machine/process-stat.ts";
import { type DwldProcess, processesOf } from "./dwld-processes.ts";

/** The time and the CPU of a piece of work. */
export type Spent = {
  elapsedMs: number;
  /** CPU time, user and system, by the part that used it. */
  cpuMs: Readonly<Record<string, number>>;
};

export function totalCpuMs({ cpuMs }: Spent): number {
  return Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0);
}

/** Returns the parts that used CPU time in any of these. */
export function partsOf(all: readonly Spent[]): string[] {
  return [...new Set(all.flatMap(({ cpuMs }) => Object.keys(cpuMs).filter((part) => cpuMs[part] !== 0)))];
}

/** Runs the work, which resolves with its duration in ms, and adds the CPU time that all of dwld used meanwhile. */
export async function spentByDwld(dwld: Dwld, work: () => Promise<number>): Promise<Spent> {
  const before = await cpuSoFar(dwld);
  const elapsedMs = await work();
  const after = await cpuSoFar(dwld);
  const cpuMs = Object.entries(after).map(([part, ms]) => [part, ms - (before[part] ?? 0)]);
  return { elapsedMs, cpuMs: Object.fromEntries(cpuMs) as Spent["cpuMs"] };
}

/** Runs programs that end before the work does, as children of this process. */
export async function spentByPrograms(part: string, work: () => Promise<unknown>): Promise<Spent> {
  const cpu = () => readStat("self")?.childrenMs ?? 0;
  const [beforeMs, startMs] = [cpu(), performance.now()];
  await work();
  return { elapsedMs: performance.now() - startMs, cpuMs: { [part]: cpu() - beforeMs } };
}

/**
 * Returns the CPU time of each part since it was started. Programs of the worker (yt-dlp if it is not loaded, ffprobe,
 * ffmpeg) and runs of the fork server count when they have ended. The guards of these runs are left to init, and so are
 * other orphans of this machine.
 */
async function cpuSoFar(dwld: Dwld): Promise<Record<string, number>> {
  const spent: Record<string, number> = {};
  const add = (part: string, ms = 0) => {
    spent[part] = (spent[part] ?? 0) + ms;
  };
  for (const { name, pid } of await processesOf(dwld)) {
    const stat = readStat(pid);
    add(name, stat?.ownMs);
    add(childrenOf[name] ?? name, stat?.childrenMs);
  }
  add("guards", readStat(1)?.childrenMs);
  return spent;
}

const childrenOf: Partial<Record<DwldProcess["name"], string>> = {
  worker: "programs of the worker",
  "fork server": "runs of yt-dlp",
};
