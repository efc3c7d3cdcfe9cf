import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { errorCode } from "@dwld/text";
import { runningUp } from "@dwld/up/running";
import type { RunningProcess } from "./running-processes.ts";

/** The end of a reload of one process. `mistakes`: the reasons for which nothing was taken over. */
export type ReloadEnd = {
  readonly process: string;
  readonly taken: readonly string[];
  readonly needsRestart: readonly string[];
  readonly mistakes: readonly string[];
};

/** The time that a process may take, ms. */
const timeoutMs = 30_000;
const pollMs = 50;

/** systemd sends its signal this long before it forks the command of the unit, at most, ms. */
const leadMs = 1000;
/** The unit of times in /proc: USER_HZ is 100 on every machine. */
const tickMs = 10;

class ForbiddenError extends Error {
  readonly code = "forbidden";
}

/**
 * Sends SIGHUP to the processes; of a `dwld up` with this data folder to that alone, which passes it on. Returns when, in ms
 * since the epoch.
 *
 * @throws ForbiddenError
 */
export async function askForReload(processes: readonly RunningProcess[], data: string): Promise<number> {
  const up = runningUp(data);
  const sinceMs = Date.now();
  // Times are told in whole milliseconds: what is told of this one is about later.
  await pause(2);
  for (const pid of up === undefined ? processes.map(({ report }) => report.pid) : [up]) hangUp(pid);
  return sinceMs;
}

/**
 * Returns the time from which on a reload is that for which systemd has started this command. It counts from the fork: on a busy
 * machine the process has answered the signal long before this program begins.
 */
export function signalledSinceMs(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  // proc(5): the 22nd field is the time of the fork since the boot; the second is a name in parentheses, which may hold anything.
  const forkedMs = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]) * tickMs;
  return Date.now() - (uptime() * 1000 - forkedMs) - leadMs;
}

/** Waits until a process has reloaded its configuration since a moment. */
export async function untilReloaded({ name, ask }: RunningProcess, sinceMs: number): Promise<ReloadEnd> {
  const deadlineMs = performance.now() + timeoutMs;
  while (performance.now() < deadlineMs) {
    const report = await ask();
    if (report?.lastReload !== undefined && Date.parse(report.lastReload.at) > sinceMs) {
      const { taken, mistakes } = report.lastReload;
      return { process: name, taken, needsRestart: report.needsRestart, mistakes };
    }
    await pause(pollMs);
  }
  const silence = `it has not answered within ${timeoutMs / 1000} s; its log says more`;
  return { process: name, taken: [], needsRestart: [], mistakes: [silence] };
}

/** Returns a line about a process, or one for each mistake. */
export function describeReload({ process, taken, needsRestart, mistakes }: ReloadEnd): string {
  if (mistakes.length > 0) return mistakes.map((mistake) => `${process}: ${mistake}`).join("\n");
  const parts = [
    ...(taken.length === 0 ? [] : [`has taken over ${taken.join(", ")}`]),
    ...(needsRestart.length === 0 ? [] : [`needs a restart for ${needsRestart.join(", ")}`]),
  ];
  return `${process}: ${parts.length === 0 ? "nothing is new for it" : parts.join("; ")}`;
}

function hangUp(pid: number): void {
  try {
    process.kill(pid, "SIGHUP");
  } catch (error) {
    const code = errorCode(error);
    if (code === "EPERM")
      throw new ForbiddenError(`this user may not signal the process ${pid} of dwld: ask again with sudo`);
    // The process has ended, and reads the configuration when it starts again.
    if (code !== "ESRCH") throw error;
  }
}
