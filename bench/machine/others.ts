import type { ProcessStat } from "./process-stat.ts";

/** CPU time that a process used between two readings, with its children that ended meanwhile. */
export type Use = { pid: number; ms: number };

/**
 * Returns the processes, apart from the bench's, that used CPU time between two readings of all processes.
 *
 * @param bench the process whose descendants are the bench's.
 */
export function usedByOthers(before: readonly ProcessStat[], after: readonly ProcessStat[], bench: number): Use[] {
  const known = new Map(before.map((process) => [process.pid, process]));
  const living = new Map(after.map((process) => [process.pid, process]));
  const isSame = (one: ProcessStat, other: ProcessStat | undefined) => one.startTime === other?.startTime;
  const isOthers = (process: ProcessStat, all: ReadonlyMap<number, ProcessStat>) =>
    !isBelow(process, bench, all) && !isBelow(process, kernelThreads, all);
  const used = new Map<number, number>();
  for (const process of after) {
    if (!isOthers(process, living)) continue;
    const past = known.get(process.pid);
    used.set(process.pid, timeOf(process) - (past !== undefined && isSame(process, past) ? timeOf(past) : 0));
  }
  // When a process has ended, its whole life counts for the nearest ancestor that lives, and a part of it lies before the
  // first reading.
  const survivorOf = (process: ProcessStat): ProcessStat | undefined => {
    const parent = known.get(process.parentPid);
    return parent === undefined || isSame(parent, living.get(parent.pid)) ? parent : survivorOf(parent);
  };
  for (const process of before) {
    if (isSame(process, living.get(process.pid))) continue;
    const { pid } = survivorOf(process) ?? process;
    const ms = used.get(pid);
    if (ms !== undefined && pid !== init) used.set(pid, ms - timeOf(process));
  }
  return [...used].flatMap(([pid, ms]) => (ms > 0 ? { pid, ms } : [])).toSorted((a, b) => b.ms - a.ms);
}

const init = 1;
const kernelThreads = 2;

function timeOf({ pid, ownMs, childrenMs }: ProcessStat): number {
  // Orphans are left to init, the bench's among them.
  return pid === init ? ownMs : ownMs + childrenMs;
}

function isBelow(process: ProcessStat, ancestor: number, all: ReadonlyMap<number, ProcessStat>): boolean {
  const parent = all.get(process.parentPid);
  return process.pid === ancestor || (parent !== undefined && isBelow(parent, ancestor, all));
}
