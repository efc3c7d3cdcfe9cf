import { readdirSync, readFileSync } from "node:fs";
import { errorCode } from "@dwld/text";

/** A line of /proc/PID/stat. */
export type ProcessStat = {
  pid: number;
  parentPid: number;
  /** The name of the program, cut to 15 letters by the kernel. */
  name: string;
  /** Identifies the process together with its pid: ticks of the kernel since the boot. */
  startTime: number;
  /** CPU time of all its threads, user and system. */
  ownMs: number;
  /** That of children that have ended, and of their children, each from the moment when its parent has waited for it. */
  childrenMs: number;
};

/** USER_HZ, in which the kernel tells times to programs; the same on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** Reads a line of proc_pid_stat(5). */
export function parseStat(line: string): ProcessStat {
  // The name is in parentheses, and may hold some.
  const end = line.lastIndexOf(")");
  const fields = line.slice(end + 2).split(" ");
  /** A field by its number in the manual. */
  const field = (number: number) => Number(fields[number - 3]);
  const ms = (ticks: number) => (ticks * 1000) / ticksPerSecond;
  return {
    pid: Number.parseInt(line, 10),
    parentPid: field(4),
    name: line.slice(line.indexOf("(") + 1, end),
    startTime: field(22),
    ownMs: ms(field(14) + field(15)),
    childrenMs: ms(field(16) + field(17)),
  };
}

/** Returns undefined if the process has ended. */
export function readStat(pid: number | "self"): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes(errorCode(error))) return undefined;
    throw error;
  }
}

/** Returns all processes of this machine. */
export function readAllStats(): ProcessStat[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
}
