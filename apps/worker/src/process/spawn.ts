import type { Readable } from "node:stream";
import { execa } from "execa";
import { guardedShell } from "@dwld/daemon";
import { identifyProcess, type ProcessIdentity } from "@dwld/queue";
import type { Command } from "../egress/network-namespace.ts";

export type ProgramRequest = {
  argv: Command;
  cwd: string;
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** Limit on the memory of the program and of each process that it starts, bytes. Default: no limit of ours. */
  memoryBytes?: number;
};

export type ProcessExit = {
  /** Undefined if a signal ended the process. */
  exitCode: number | undefined;
  signal: string | undefined;
};

/** A program in a process group of its own that is killed when this process ends, however it ends. It waits for `begin`. */
export type SpawnedProgram = {
  /** Leader of the group; undefined if no process was started (then `exit` rejects) or it has already ended. */
  leader: ProcessIdentity | undefined;
  /** Lets the program run. Call it once the group is on record. */
  begin(): void;
  stdout: Readable;
  stderr: Readable;
  /** Resolves when the program has ended and the rest of its group is being killed. Output may still arrive. */
  exit: Promise<ProcessExit>;
};

/** Sets RLIMIT_DATA, in kilobytes (getrlimit(2)). A lower limit of the machine stays in force. */
function memoryLimit(memoryBytes: number | undefined): string {
  return memoryBytes === undefined ? "" : `ulimit -d ${Math.ceil(memoryBytes / 1024)} 2>/dev/null || :; `;
}

/** Starts a program in a guarded process group of its own. */
export function spawnProgram({ argv, cwd, env, memoryBytes }: ProgramRequest): SpawnedProgram {
  const child = execa(
    "/bin/sh",
    guardedShell(argv, { signal: "KILL", waits: true, before: memoryLimit(memoryBytes) }),
    {
      cwd,
      env: { ...env },
      extendEnv: false,
      detached: true,
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
      buffer: false,
      reject: false,
    },
  );
  // The pipe breaks if the guard is killed first; the exit tells the rest.
  child.stdin.on("error", () => child.stdin.destroy());
  const exit = new Promise<ProcessExit>((resolve, reject) => {
    child.nodeChildProcess.on("exit", (exitCode: number | null, signal: string | null) => {
      // Makes the guard kill what the command left behind.
      child.stdin.destroy();
      resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined });
    });
    // No "exit" event comes if no process was started.
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
