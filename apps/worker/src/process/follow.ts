import { isRunning, type ProcessIdentity } from "@dwld/queue";
import { signalGroup, signalProcess } from "./process-group.ts";
import { readLines } from "./read-lines.ts";
import { type ProcessExit, type ProgramRequest, type SpawnedProgram, spawnProgram } from "./spawn.ts";

export type ProcessLine = { from: "stdout" | "stderr"; text: string };

export type Following = {
  /**
   * Ends the program. Its reason decides how: "shutdown", "failure", "yield" and "no_room" interrupt it, so that the
   * bytes so far stay usable; any other reason kills it at once.
   */
  signal: AbortSignal;
  /** Interrupts the program once and lets it end in its own time, together with what it has started. */
  finish?: AbortSignal | undefined;
  onLine: (line: ProcessLine) => void;
  /** Receives the leader of the process group. The program begins when this resolves, and never if it rejects. */
  onLeader?: ((leader: ProcessIdentity) => Promise<void>) | undefined;
};

/** Longest line that is kept, characters. A page may print 300 MB in one line; no event or message is this long. */
const maxLineLength = 100_000;

/** Time that an interrupted program gets to end its children before the group is killed. */
const interruptGraceMs = 2000;

/** Abort reasons that interrupt instead of kill. */
const gentleReasons: readonly unknown[] = ["shutdown", "failure", "yield", "no_room"];

/**
 * Runs a command and hands over its lines.
 *
 * @throws Error if no process can be started; whatever `onLeader` throws
 */
export async function runProgram(request: ProgramRequest & Following): Promise<ProcessExit> {
  return await followProgram(spawnProgram(request), request);
}

/** Resolves when the program has ended, all of its output was handed over and the rest of its group is being killed. */
export async function followProgram(program: SpawnedProgram, following: Following): Promise<ProcessExit> {
  const { leader } = program;
  const { signal, finish } = following;
  let killTimer: NodeJS.Timeout | undefined;
  // Checked first: the number may belong to another process once the leader has ended and was reaped.
  const signalLeader = (send: typeof signalGroup, name: "SIGINT" | "SIGKILL") => {
    if (leader !== undefined && isRunning(leader)) send(leader.pid, name);
  };
  const end = () => {
    if (!gentleReasons.includes(signal.reason)) return signalLeader(signalGroup, "SIGKILL");
    signalLeader(signalGroup, "SIGINT");
    killTimer = setTimeout(() => {
      signalLeader(signalGroup, "SIGKILL");
    }, interruptGraceMs);
  };
  const interrupt = () => {
    signalLeader(signalProcess, "SIGINT");
  };
  const outputs = (["stdout", "stderr"] as const).map(async (from) => {
    for await (const text of readLines(program[from], maxLineLength)) following.onLine({ from, text });
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
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  if (finish?.aborted === true) interrupt();
  else finish?.addEventListener("abort", interrupt, { once: true });
  const settled = Promise.allSettled([begun, ...outputs]);
  try {
    const exit = await program.exit;
    for (const one of await settled) if (one.status === "rejected") throw one.reason;
    return exit;
  } finally {
    clearTimeout(killTimer);
    signal.removeEventListener("abort", end);
    finish?.removeEventListener("abort", interrupt);
  }
}
