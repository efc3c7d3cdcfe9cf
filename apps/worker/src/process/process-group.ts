import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { identifyProcess, isWithinSight, type ProcessIdentity } from "@dwld/queue";
import { errorCode, isSystemError } from "@dwld/text";

/** Sends a signal to every process of a group. Does nothing if the group has ended. */
export function signalGroup(group: number, signal: "SIGINT" | "SIGKILL"): void {
  signalProcess(-group, signal);
}

/** Sends a signal to a process, or to a group by its negative number. Does nothing if it has ended. */
export function signalProcess(pid: number, signal: "SIGINT" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

/** Time that a killed process gets to vanish: it may hang in a system call. */
const killDeadlineMs = 10_000;
const checkIntervalMs = 20;

/**
 * Kills the process group of an orphaned run and waits until none of it runs. Leaves a group alone if its number was
 * reused since (another start time), or means another one here (another boot, another pid namespace).
 *
 * @throws Error if a process survives SIGKILL: then nobody may write in its place.
 */
export async function killProcessGroup(leader: ProcessIdentity): Promise<void> {
  const members = () => membersOf(leader);
  const deadline = performance.now() + killDeadlineMs;
  while (members().length > 0) {
    if (performance.now() > deadline)
      throw new Error(`process group ${leader.pid} does not end: ${members().join(", ")} still run`);
    signalGroup(leader.pid, "SIGKILL");
    await pause(checkIntervalMs);
  }
}

/** Returns the running processes of the group that this process led, none of a later group of the same number. */
function membersOf(leader: ProcessIdentity): number[] {
  const current = identifyProcess(leader.pid);
  if (current !== undefined && current.startTicks !== leader.startTicks) return [];
  if (!isWithinSight(leader)) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const identity = groupOf(pid);
      return identity?.group === leader.pid && identity.startTicks >= leader.startTicks;
    });
}

/** Reads field 5 of proc_pid_stat(5). */
function groupOf(pid: number): { group: number; startTicks: number } | undefined {
  const identity = identifyProcess(pid);
  if (identity === undefined) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { group: Number(fields[2]), startTicks: identity.startTicks };
  } catch (error) {
    // The process ended between the two reads.
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
