import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { errorCode } from "@dwld/text";

export interface LivingProcess {
  pid: number;
  parentPid: number;
  groupId: number;
  /** The kernel's letter: R, S, D, T (stopped) … A zombie (Z) does not live. */
  state: string;
  /** The command line, joined by spaces. */
  command: string;
}

/**
 * Returns the PATH with a missing folder at its end, named after the marker. PATH is the one variable that reaches even
 * programs which do not get the rest of the environment.
 */
export function markedPath(path: string, marker: string): string {
  return `${path}:/nonexistent/dwld-testbed/${marker}`;
}

/**
 * Returns processes with the marker in their environment. A child inherits it by fork and exec, and keeps it when its
 * parent dies. Linux only; a zombie has no environment and is never listed.
 */
export function livingProcesses(marker: string): LivingProcess[] {
  return processesWhere((pid) => isMarked(pid, marker));
}

/** Returns whether a process has the marker in its environment. */
export function isMarked(pid: number, marker: string): boolean {
  return readProc(pid, "environ")?.includes(marker) === true;
}

/** Returns processes whose working directory is in this folder: yt-dlp and its children, for a download folder. */
export function processesBelow(folder: string): LivingProcess[] {
  return processesWhere((pid) => {
    const directory = unlessEnded(() => readlinkSync(`/proc/${pid}/cwd`));
    return directory === folder || directory?.startsWith(`${folder}/`) === true;
  });
}

/** Returns the descendants of a process, without zombies. */
export function descendants(pid: number): LivingProcess[] {
  const processes = processesWhere(() => true);
  const found: LivingProcess[] = [];
  const parents = new Set([pid]);
  for (let before = -1; before !== parents.size;) {
    before = parents.size;
    for (const process of processes) {
      if (parents.has(process.parentPid) && !parents.has(process.pid)) {
        parents.add(process.pid);
        found.push(process);
      }
    }
  }
  return found;
}

/** Sends a signal to a process that may have ended meanwhile. */
export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

/** Returns those that still live. A reused process id is another process. */
export function stillLiving(processes: readonly LivingProcess[]): LivingProcess[] {
  return processes.filter(({ pid, command }) => readProcess(pid)?.command === command);
}

/** Returns a process group without zombies, for programs that overwrite their environment. */
export function processesOfGroup(groupId: number): LivingProcess[] {
  return processesWhere(() => true).filter((process) => process.groupId === groupId);
}

/** `isWanted` comes first: of most processes nothing else is then read. */
function processesWhere(isWanted: (pid: number) => boolean): LivingProcess[] {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.flatMap((pid) => (isWanted(pid) ? (readProcess(pid) ?? []) : []));
}

/** Returns undefined for a zombie, too. */
function readProcess(pid: number): LivingProcess | undefined {
  const stat = readProc(pid, "stat");
  // proc(5): "pid (name) state ppid pgrp …"; the name may hold parentheses.
  const [state, parentPid, groupId] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  if (state === undefined || state === "Z" || state === "X") return undefined;
  const command = (readProc(pid, "cmdline") ?? "").split("\0").join(" ").trim();
  return { pid, parentPid: Number(parentPid), groupId: Number(groupId), state, command };
}

/** Reading /proc waits for nothing, and the detour of an asynchronous call costs ten times the CPU. */
function readProc(pid: number, name: string): string | undefined {
  return unlessEnded(() => readFileSync(`/proc/${pid}/${name}`, "utf8"));
}

/** Returns undefined if the process has ended or belongs to another user. */
function unlessEnded(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes(errorCode(error))) return undefined;
    throw error;
  }
}
