import { readdir, readFile, readlink } from "node:fs/promises";
import { errorCode } from "@dwld/text";

export interface LivingProcess {
  pid: number;
  parentPid: number;
  groupId: number;
  /** The kernel's one letter: R, S, D, T (stopped) … A zombie (Z) does not live. */
  state: string;
  /** The command line, joined by spaces. */
  command: string;
}

/**
 * The PATH with a folder at its end that does not exist, named after the marker. It is the one variable that everybody
 * hands down, also to programs from whom the rest of the environment is kept.
 */
export function markedPath(path: string, marker: string): string {
  return `${path}:/nonexistent/dwld-testbed/${marker}`;
}

/**
 * Processes that were started with the marker in their environment: a child inherits it through fork and exec, and
 * keeps it when its parent dies and it is adopted. Linux alone; a zombie has no environment and is never listed.
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

/** Processes whose working directory is this folder, or below it: yt-dlp and what it starts, for a download folder. */
export async function processesBelow(folder: string): Promise<LivingProcess[]> {
  const found = await Promise.all(
    (await allProcesses()).map(async (process) => {
      const directory = await unlessEnded(readlink(`/proc/${process.pid}/cwd`));
      return directory === folder || directory?.startsWith(`${folder}/`) === true ? [process] : [];
    }),
  );
  return found.flat();
}

/** Children of this process, their children and so on, zombies left out. */
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

/** Which of these still live. A number that another program has by now is not theirs. */
export async function stillLiving(processes: readonly LivingProcess[]): Promise<LivingProcess[]> {
  const now = new Map((await allProcesses()).map(({ pid, command }) => [pid, command]));
  return processes.filter(({ pid, command }) => now.get(pid) === command);
}

/** Those of a process group, zombies left out: for programs that write over the environment they were started with. */
export async function processesOfGroup(groupId: number): Promise<LivingProcess[]> {
  return (await allProcesses()).filter((process) => process.groupId === groupId);
}

async function allProcesses(): Promise<LivingProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readProc(pid, "stat");
      // proc(5): "pid (name) state ppid pgrp …", and the name may hold parentheses.
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

/** Undefined where the process has ended meanwhile, or belongs to somebody else. */
async function unlessEnded(reading: Promise<string>): Promise<string | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes(errorCode(error))) return undefined;
    throw error;
  }
}
