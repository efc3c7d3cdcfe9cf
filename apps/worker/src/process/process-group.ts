import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { identifyProcess, type ProcessIdentity } from "@dwld/queue";
import { errorCode, isSystemError } from "@dwld/text";

/** Sends a signal to every process of a group. One that is gone already has what it should have. */
export function signalGroup(group: number, signal: "SIGINT" | "SIGKILL"): void {
  signalProcess(-group, signal);
}

/** Of a process, or by a negative number of a group, that may be gone. */
export function signalProcess(pid: number, signal: "SIGINT" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

/** How long a killed process may need to vanish (it may hang in a system call). */
const killDeadlineMs = 10_000;
const checkIntervalMs = 20;

/**
 * Ends the process group that a dead or frozen predecessor left, and waits until none of it runs. A group whose number
 * was given to somebody else since (another start time, another boot) is left alone.
 *
 * @throws Error where something of it survives SIGKILL: then nobody may write in its place.
 */
export async function endProcessGroup(leader: ProcessIdentity): Promise<void> {
  const members = () => membersOf(leader);
  const deadline = performance.now() + killDeadlineMs;
  while (members().length > 0) {
    if (performance.now() > deadline)
      throw new Error(`process group ${leader.pid} does not end: ${members().join(", ")} still run`);
    signalGroup(leader.pid, "SIGKILL");
    await pause(checkIntervalMs);
  }
}

/** The running processes of a group that was led by this process, and of no later group of the same number. */
function membersOf(leader: ProcessIdentity): number[] {
  const current = identifyProcess(leader.pid);
  if (current !== undefined && current.startTicks !== leader.startTicks) return [];
  if (bootChanged(leader)) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const identity = groupOf(pid);
      return identity?.group === leader.pid && identity.startTicks >= leader.startTicks;
    });
}

function bootChanged(leader: ProcessIdentity): boolean {
  return identifyProcess(process.pid)?.bootId !== leader.bootId;
}

/** Field 5 of proc_pid_stat(5). */
function groupOf(pid: number): { group: number; startTicks: number } | undefined {
  const identity = identifyProcess(pid);
  if (identity === undefined) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { group: Number(fields[2]), startTicks: identity.startTicks };
  } catch (error) {
    // It ended between two looks.
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
