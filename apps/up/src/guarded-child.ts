import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { guardedShell } from "@dwld/daemon/process";
import { isSystemError } from "@dwld/text";

export type Exit = { exitCode: number | undefined; signal: string | undefined };

export type GuardedChild = {
  readonly pid: number | undefined;
  /** Resolves when the program has ended and all of its output was handed over. */
  readonly exited: Promise<Exit>;
  terminate(): void;
  /** Sends SIGHUP, unless the program does not catch it yet: then it has not read its configuration either. */
  hangUp(): void;
};

export type Output = { readonly onOutput: (chunk: Buffer, stream: "stdout" | "stderr") => void };

/** How long children of an ended program may keep its output open, ms. */
const drainMs = 500;

/**
 * Runs a program in a session of its own, so that Ctrl-C at the terminal reaches this process alone, which ends the
 * program in order. A guard ends it if this process is gone.
 */
export function startGuarded(argv: readonly string[], env: NodeJS.ProcessEnv, { onOutput }: Output): GuardedChild {
  const words = guardedShell(argv, { signal: "TERM" });
  const child = spawn("/bin/sh", words, { env, detached: true, stdio: "pipe" });
  const { promise: exited, resolve } = Promise.withResolvers<Exit>();
  // While no descriptor is free, it has no streams either.
  const streams = child.pid === undefined ? [] : (["stdout", "stderr"] as const);
  for (const stream of streams) child[stream].on("data", (chunk: Buffer) => onOutput(chunk, stream));
  child.on("exit", (code, signal) => {
    child.stdin.destroy();
    const exit = { exitCode: code ?? undefined, signal: signal ?? undefined };
    const drained = setTimeout(() => resolve(exit), drainMs);
    child.once("close", () => {
      clearTimeout(drained);
      resolve(exit);
    });
  });
  child.once("error", () => resolve({ exitCode: 127, signal: undefined }));
  return {
    pid: child.pid,
    exited,
    terminate: () => {
      // Without a process, Node would signal the group of this one (kill(2), pid 0).
      if (child.pid !== undefined) child.kill("SIGTERM");
    },
    hangUp: () => {
      if (child.pid !== undefined && catchesHangup(child.pid)) child.kill("SIGHUP");
    },
  };
}

/** Returns whether a process catches SIGHUP, as the kernel tells it (proc_pid_status(5)); false if it has ended. */
function catchesHangup(pid: number): boolean {
  try {
    const caught = /^SigCgt:\t([\da-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
    return (BigInt(`0x${caught}`) & 1n) === 1n;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  }
}
