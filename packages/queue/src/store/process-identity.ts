import { readFileSync, readlinkSync } from "node:fs";
import { errorCode } from "@dwld/text";

/**
 * Identifies one process in the whole history of this machine: process ids are used again, start times within one boot
 * are not. Linux: `/proc/PID/stat` field 22 (proc_pid_stat(5)) and `/proc/sys/kernel/random/boot_id`.
 */
export type ProcessIdentity = {
  pid: number;
  startTicks: number;
  bootId: string;
  /** In which `pid` is its number, "pid:[4026531836]" (pid_namespaces(7)). Absent: an earlier version recorded it. */
  pidNamespace?: string;
};

/** Returns the identity of a process of this pid namespace, or undefined if it does not run. A zombie does not run. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses, which may itself contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  if (state === "Z" || state === "X") return undefined;
  return { pid, startTicks: Number(fields[19]), bootId: bootId(), pidNamespace: pidNamespace() };
}

/** Returns whether exactly this process still runs, as far as this process can see. */
export function isRunning(identity: ProcessIdentity): boolean {
  return isWithinSight(identity) && identifyProcess(identity.pid)?.startTicks === identity.startTicks;
}

/**
 * Returns whether exactly this process runs no more. One of another boot or pid namespace cannot be seen, so that
 * nothing is known of it: false.
 */
export function hasEnded(identity: ProcessIdentity): boolean {
  return isWithinSight(identity) && identifyProcess(identity.pid)?.startTicks !== identity.startTicks;
}

/** Returns whether the number of a process means the same here: the boot and the pid namespace are those of this process. */
export function isWithinSight(identity: Omit<ProcessIdentity, "pid" | "startTicks">): boolean {
  return identity.bootId === bootId() && (identity.pidNamespace ?? pidNamespace()) === pidNamespace();
}

/** Returns the id of this boot of the machine. */
export function bootId(): string {
  return (readIfThere("/proc/sys/kernel/random/boot_id") ?? "").trim();
}

function pidNamespace(): string {
  return readlinkSync("/proc/self/ns/pid");
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes(errorCode(error))) return undefined;
    throw error;
  }
}
