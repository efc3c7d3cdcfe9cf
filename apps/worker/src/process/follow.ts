import { isRunning, type ProcessIdentity } from "@dwld/queue";
import { signalGroup, signalProcess } from "./process-group.ts";
import { readLines } from "./read-lines.ts";
import { type ProcessExit, type ProgramRequest, startProgram, type StartedProgram } from "./spawn.ts";

export type ProcessLine = { from: "stdout" | "stderr"; text: string };

/** How a program is followed, and by what it is ended. */
export type Following = {
  /**
   * Its reason decides how: "shutdown", "yield" and "no_room" interrupt, so that the bytes so far can be used; any other
   * kills at once.
   */
  signal: AbortSignal;
  /** Interrupts the program, once, and lets it end in its own time; what it has started is its own to end. */
  finish?: AbortSignal;
  onLine: (line: ProcessLine) => void;
  /** Is told of the process group. The program begins when it has resolved, and never where it throws. */
  onLeader?: ((leader: ProcessIdentity) => Promise<void>) | undefined;
};

/** A page may say 300 MB in one line. No event of ours, and no message that a person reads, is as long as this. */
const mostLineLetters = 100_000;

/** How long an interrupted yt-dlp may take to end its ffmpeg before it is killed. */
const interruptGraceMs = 2000;

/**
 * A command goes in; lines and an exit come out.
 *
 * @throws Error where no process can be started; what `onLeader` throws
 */
export async function runProcess(request: ProgramRequest & Following): Promise<ProcessExit> {
  return await followProgram(startProgram(request), request);
}

/** Resolves when it has ended, all of its output was handed over, and the rest of its process group is being killed. */
export async function followProgram(program: StartedProgram, following: Following): Promise<ProcessExit> {
  const { leader } = program;
  let killTimer: NodeJS.Timeout | undefined;
  // Its number may be another's once it has ended, and whoever reaps it may be ahead of us.
  const signalLeader = (send: typeof signalGroup, name: "SIGINT" | "SIGKILL") => {
    if (leader !== undefined && isRunning(leader)) send(leader.pid, name);
  };
  const end = () => {
    const gentle = ["shutdown", "yield", "no_room"].includes(String(following.signal.reason));
    signalLeader(signalGroup, gentle ? "SIGINT" : "SIGKILL");
    if (gentle)
      killTimer = setTimeout(() => {
        signalLeader(signalGroup, "SIGKILL");
      }, interruptGraceMs);
  };
  const finish = () => {
    signalLeader(signalProcess, "SIGINT");
  };
  const outputs = (["stdout", "stderr"] as const).map(async (from) => {
    for await (const text of readLines(program[from], mostLineLetters)) following.onLine({ from, text });
  });
  const begun = (async () => {
    try {
      if (leader !== undefined) await following.onLeader?.(leader);
      program.begin();
    } catch (error) {
      signalLeader(signalGroup, "SIGKILL");
      throw error;
    }
  })();
  if (following.signal.aborted) end();
  else following.signal.addEventListener("abort", end, { once: true });
  if (following.finish?.aborted === true) finish();
  else following.finish?.addEventListener("abort", finish, { once: true });
  const rest = Promise.allSettled([begun, ...outputs]);
  try {
    const exit = await program.exit;
    for (const one of await rest) if (one.status === "rejected") throw one.reason;
    return exit;
  } finally {
    clearTimeout(killTimer);
    following.signal.removeEventListener("abort", end);
    following.finish?.removeEventListener("abort", finish);
  }
}
