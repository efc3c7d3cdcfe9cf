import { constants } from "node:os";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { identifyProcess, type ProcessIdentity } from "@dwld/queue";
import { signalGroup } from "./process-group.ts";

export type ProcessLine = { from: "stdout" | "stderr"; text: string };

export type ProcessExit = {
  /** Undefined where a signal ended it. */
  exitCode: number | undefined;
  signal: string | undefined;
};

export type ProcessRun = {
  /** The leader of the run's process group; undefined where it was gone at once. */
  leader: ProcessIdentity | undefined;
  /** Resolves when the program has ended, all of its output was handed over, and its process group is dead. */
  exit: Promise<ProcessExit>;
};

export type ProcessRequest = {
  argv: readonly [string, ...string[]];
  cwd: string;
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** The most memory that the program, and each that it starts, may use. Default: no limit of ours. */
  memoryBytes?: number;
  /**
   * Its reason decides how: "shutdown" and "no_room" interrupt, so that the bytes so far can be used; any other kills at
   * once.
   */
  signal: AbortSignal;
  /** Interrupts the program, once, and lets it end in its own time; what it has started is its own to end. */
  finish?: AbortSignal;
  onLine: (line: ProcessLine) => void;
};

/**
 * The command runs in a process group of its own, beside a guard that reads a pipe from us. Its end, by whatever ends
 * us, SIGKILL included, makes the guard kill the group, and with it what the command has started. The guard outlives
 * the command, so the group's number cannot be given to anybody else before we let go of the pipe.
 */
const guarded = `exec 3<&0; { read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 & exec "$@" 3<&- </dev/null`;

/** RLIMIT_DATA, in kilobytes (getrlimit(2)). Where the machine has a lower limit of its own, that one stays. */
function limited(memoryBytes: number | undefined): string {
  return memoryBytes === undefined ? "" : `ulimit -Sd ${Math.ceil(memoryBytes / 1024)} 2>/dev/null || :; `;
}

/** How long an interrupted yt-dlp may take to end its ffmpeg before it is killed. */
const interruptGraceMs = 2000;

/** The one seam to yt-dlp: a command goes in; lines and an exit come out. Throws where no process can be started. */
export function runProcess(request: ProcessRequest): ProcessRun {
  const child = execa("/bin/sh", ["-c", limited(request.memoryBytes) + guarded, "sh", ...request.argv], {
    cwd: request.cwd,
    env: { ...request.env },
    extendEnv: false,
    detached: true,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    buffer: false,
    reject: false,
    encoding: "utf8",
  });
  const leader = child.pid === undefined ? undefined : identifyProcess(child.pid);
  const outputs = (["stdout", "stderr"] as const).map(async (from) => {
    for await (const text of createInterface({ input: child[from], crlfDelay: Infinity }))
      request.onLine({ from, text });
  });
  let killTimer: NodeJS.Timeout | undefined;
  let exited = false;
  const end = () => {
    if (leader === undefined || exited) return;
    const gentle = request.signal.reason === "shutdown" || request.signal.reason === "no_room";
    signalGroup(leader.pid, gentle ? "SIGINT" : "SIGKILL");
    if (gentle)
      killTimer = setTimeout(() => {
        signalGroup(leader.pid, "SIGKILL");
      }, interruptGraceMs);
  };
  child.nodeChildProcess.on("exit", () => {
    exited = true;
    clearTimeout(killTimer);
    // The guard now kills what the command left behind.
    child.stdin.destroy();
  });
  // A guard that is killed first breaks the pipe; the exit tells all there is to tell.
  child.stdin.on("error", () => child.stdin.destroy());
  if (request.signal.aborted) end();
  else request.signal.addEventListener("abort", end, { once: true });

  const finish = () => {
    if (leader !== undefined && !exited) child.kill("SIGINT");
  };
  if (request.finish?.aborted === true) finish();
  else request.finish?.addEventListener("abort", finish, { once: true });

  const exit = (async (): Promise<ProcessExit> => {
    const result = await child;
    await Promise.all(outputs);
    request.signal.removeEventListener("abort", end);
    request.finish?.removeEventListener("abort", finish);
    if (result.exitCode === undefined && result.signal === undefined && result.cause !== undefined)
      throw new Error(`${request.argv[0]} cannot be started: ${result.shortMessage}`, { cause: result.cause });
    return { exitCode: result.exitCode, signal: result.signal };
  })();
  return { leader, exit };
}

/** The number of a signal, as a shell adds it to 128. */
export function signalNumber(signal: string): number | undefined {
  return constants.signals[signal as keyof typeof constants.signals];
}
