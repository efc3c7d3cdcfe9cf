import { readFileSync } from "node:fs";
import { errorCode } from "@dwld/text";

/**
 * Identifies one process in the whole history of this machine: process ids are used again, start times within one boot
 * are not. Linux: `/proc/PID/stat` field 22 (proc_pid_stat(5)) and `/proc/sys/kernel/random/boot_id`.
 */
export type ProcessIdentity = { pid: number; startTicks: number; bootId: string };

/** Returns the identity of a process, or undefined if it does not run. A zombie does not run. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses, which may itself contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  if (state === "Z" || state === "X") return undefined;
  return { pid, startTicks: Number(fields[19]), bootId: bootId() };
}

/** Returns whether exactly this process still runs on this machine. */
export function isRunning(identity: ProcessIdentity): boolean {
  const now = identifyProcess(identity.pid);
  return now?.startTicks === identity.startTicks && now.bootId === identity.bootId;
}

/** Returns the id of this boot of the machine. */
export function bootId(): string {
  return (readIfThere("/proc/sys/kernel/random/boot_id") ?? "").trim();
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes(errorCode(error))) return undefined;
    throw error;
  }
}
