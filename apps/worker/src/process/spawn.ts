import type { Readable } from "node:stream";
import { execa } from "execa";
import { identifyProcess, type ProcessIdentity } from "@dwld/queue";

export type ProgramRequest = {
  argv: readonly [string, ...string[]];
  cwd: string;
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** The most memory that the program, and each that it starts, may use. Default: no limit of ours. */
  memoryBytes?: number;
};

export type ProcessExit = {
  /** Undefined where a signal ended it. */
  exitCode: number | undefined;
  signal: string | undefined;
};

/** A program in a process group of its own, which dies with us, however we end. It waits to begin. */
export type StartedProgram = {
  /** Of its group; undefined where no process could be started, which `exit` tells, or it has ended already. */
  leader: ProcessIdentity | undefined;
  /** Now it may do something: whoever has to know of it does. */
  begin(): void;
  stdout: Readable;
  stderr: Readable;
  /** The program has ended, and the rest of its group is being killed: what it wrote may still be on its way. */
  exit: Promise<ProcessExit>;
};

/**
 * A line from us lets the command begin. It runs beside a guard that reads the same pipe. Its end, by whatever ends us,
 * SIGKILL included, makes the guard kill the group, and with it what the command has started. The guard outlives the
 * command, so the group's number cannot be given to anybody else before we let go of the pipe.
 */
const guarded = `exec 3<&0; read -r _ <&3 || exit 1; { read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 &
  exec "$@" 3<&- </dev/null`;

/** RLIMIT_DATA, in kilobytes (getrlimit(2)). Where the machine has a lower limit of its own, that one stays. */
function limited(memoryBytes: number | undefined): string {
  return memoryBytes === undefined ? "" : `ulimit -Sd ${Math.ceil(memoryBytes / 1024)} 2>/dev/null || :; `;
}

export function startProgram({ argv, cwd, env, memoryBytes }: ProgramRequest): StartedProgram {
  const child = execa("/bin/sh", ["-c", limited(memoryBytes) + guarded, "sh", ...argv], {
    cwd,
    env: { ...env },
    extendEnv: false,
    detached: true,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    buffer: false,
    reject: false,
  });
  // A guard that is killed first breaks the pipe; the exit tells all there is to tell.
  child.stdin.on("error", () => child.stdin.destroy());
  const exit = new Promise<ProcessExit>((resolve, reject) => {
    child.nodeChildProcess.on("exit", (exitCode: number | null, signal: string | null) => {
      // The guard now kills what the command left behind.
      child.stdin.destroy();
      resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined });
    });
    // Where there was no process, none exits.
    void child.then(({ exitCode, signal, cause }) => {
      if (exitCode !== undefined || signal !== undefined) return;
      const reason = cause instanceof Error ? cause.message : "no process could be made";
      reject(new Error(`${argv[0]} cannot be started: ${reason}`, { cause }));
    });
  });
  return {
    leader: child.pid === undefined ? undefined : identifyProcess(child.pid),
    begin: () => child.stdin.write("\n"),
    stdout: child.stdout,
    stderr: child.stderr,
    exit,
  };
}
