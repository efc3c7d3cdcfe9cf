import { createInterface } from "node:readline";
import { identifyProcess, type ProcessIdentity } from "@dwld/queue";
import { signalGroup, signalProcess } from "./process-group.ts";
import { type ProcessExit, type ProgramRequest, startProgram, type StartedProgram } from "./start-program.ts";

export type ProcessLine = { from: "stdout" | "stderr"; text: string };

export type ProcessRun = {
  /** The leader of the run's process group; undefined where it was gone at once. */
  leader: ProcessIdentity | undefined;
  /** Resolves when the program has ended, all of its output was handed over, and its process group is dead. */
  exit: Promise<ProcessExit>;
};

/** How a program is followed, and by what it is ended. */
export type Following = {
  /**
   * Its reason decides how: "shutdown" and "no_room" interrupt, so that the bytes so far can be used; any other kills at
   * once.
   */
  signal: AbortSignal;
  /** Interrupts the program, once, and lets it end in its own time; what it has started is its own to end. */
  finish?: AbortSignal;
  onLine: (line: ProcessLine) => void;
};

/** How long an interrupted yt-dlp may take to end its ffmpeg before it is killed. */
const interruptGraceMs = 2000;

/** A command goes in; lines and an exit come out. Throws where no process can be started. */
export function runProcess(request: ProgramRequest & Following): ProcessRun {
  return followProgram(startProgram(request), request);
}

export function followProgram(program: StartedProgram, following: Following): ProcessRun {
  const { pid } = program;
  const leader = pid === undefined ? undefined : identifyProcess(pid);
  const outputs = (["stdout", "stderr"] as const).map(async (from) => {
    for await (const text of createInterface({ input: program[from], crlfDelay: Infinity }))
      following.onLine({ from, text });
  });
  let killTimer: NodeJS.Timeout | undefined;
  let exited = false;
  const end = () => {
    if (leader === undefined || exited) return;
    const gentle = following.signal.reason === "shutdown" || following.signal.reason === "no_room";
    signalGroup(leader.pid, gentle ? "SIGINT" : "SIGKILL");
    if (gentle)
      killTimer = setTimeout(() => {
        signalGroup(leader.pid, "SIGKILL");
      }, interruptGraceMs);
  };
  if (following.signal.aborted) end();
  else following.signal.addEventListener("abort", end, { once: true });

  const finish = () => {
    if (leader !== undefined && !exited) signalProcess(leader.pid, "SIGINT");
  };
  if (following.finish?.aborted === true) finish();
  else following.finish?.addEventListener("abort", finish, { once: true });

  const exit = (async (): Promise<ProcessExit> => {
    try {
      return await program.exit;
    } finally {
      exited = true;
      clearTimeout(killTimer);
      await Promise.all(outputs);
      following.signal.removeEventListener("abort", end);
      following.finish?.removeEventListener("abort", finish);
    }
  })();
  return { leader, exit };
}
