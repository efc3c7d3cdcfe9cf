import { execa } from "execa";

export type Exit = { exitCode: number | undefined; signal: string | undefined };

export type GuardedChild = {
  readonly exited: Promise<Exit>;
  terminate(): void;
};

/**
 * A program in a session of its own, so that Ctrl-C at the terminal reaches us alone and we end it in order, beside a
 * guard that sends SIGTERM to it when our end of a pipe closes: it does not outlive us, however we end.
 */
const guarded = `exec 3<&0; { read -r _ <&3; kill -TERM 0; } >/dev/null 2>&1 & exec "$@" 3<&- </dev/null`;

export function startGuarded(argv: readonly string[], env: NodeJS.ProcessEnv): GuardedChild {
  const child = execa("/bin/sh", ["-c", guarded, "sh", ...argv], {
    env,
    extendEnv: false,
    detached: true,
    stdin: "pipe",
    stdout: "inherit",
    stderr: "inherit",
    reject: false,
  });
  child.nodeChildProcess.on("exit", () => child.stdin.destroy());
  return {
    exited: child.then(({ exitCode, signal }) => ({ exitCode, signal })),
    terminate: () => {
      child.kill("SIGTERM");
    },
  };
}
