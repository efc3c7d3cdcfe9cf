import { readdir, readFile, readlink } from "node:fs/promises";
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
export async function livingProcesses(marker: string): Promise<LivingProcess[]> {
  const found = await Promise.all(
    (await allProcesses()).map(async (process) => {
      const environment = await readProc(process.pid, "environ");
      return environment?.includes(marker) === true ? [process] : [];
    }),
  );
  return found.flat();
}

/** Returns processes whose working directory is in this folder: yt-dlp and its children, for a download folder. */
export async function processesBelow(folder: string): Promise<LivingProcess[]> {
  const found = await Promise.all(
    (await allProcesses()).map(async (process) => {
      const directory = await unlessEnded(readlink(`/proc/${process.pid}/cwd`));
      return directory === folder || directory?.startsWith(`${folder}/`) === true ? [process] : [];
    }),
  );
  return found.flat();
}

/** Returns the descendants of a process, without zombies. */
export async function descendants(pid: number): Promise<LivingProcess[]> {
  const processes = await allProcesses();
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

/** Returns those that still live. A reused process id is another process. */
export async function stillLiving(processes: readonly LivingProcess[]): Promise<LivingProcess[]> {
  const now = new Map((await allProcesses()).map(({ pid, command }) => [pid, command]));
  return processes.filter(({ pid, command }) => now.get(pid) === command);
}

/** Returns a process group without zombies, for programs that overwrite their environment. */
export async function processesOfGroup(groupId: number): Promise<LivingProcess[]> {
  return (await allProcesses()).filter((process) => process.groupId === groupId);
}

async function allProcesses(): Promise<LivingProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readProc(pid, "stat");
      // proc(5): "pid (name) state ppid pgrp …"; the name may hold parentheses.
      const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
      const state = fields?.[0];
      const parentPid = Number(fields?.[1]);
      const groupId = Number(fields?.[2]);
      if (state === undefined || state === "Z" || state === "X") return [];
      const commandLine = await readProc(pid, "cmdline");
      return [{ pid, parentPid, groupId, state, command: (commandLine ?? "").split("\0").join(" ").trim() }];
    }),
  );
  return found.flat();
}

function readProc(pid: number, name: string): Promise<string | undefined> {
  return unlessEnded(readFile(`/proc/${pid}/${name}`, "utf8"));
}

/** Returns undefined if the process has ended or belongs to another user. */
async function unlessEnded(reading: Promise<string>): Promise<string | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes(errorCode(error))) return undefined;
    throw error;
  }
}
