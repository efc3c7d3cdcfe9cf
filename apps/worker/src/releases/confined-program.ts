import { runProgram } from "../process/follow.ts";
import type { Grant } from "../process/sandbox.ts";
import type { Walls } from "../process/walls.ts";
import type { Command } from "../egress/network-namespace.ts";

/** The surroundings of programs of a version that is not trusted yet. */
export type Confinement = {
  readonly walls: Walls;
  /** The environment of the programs that the worker starts. */
  readonly environment: Readonly<Record<string, string>>;
  /** Most memory of a program, bytes. */
  readonly memoryBytes: number;
  readonly signal: AbortSignal;
  /** Time that each program may take, ms. */
  readonly patienceMs: number;
};

export type ConfinedRun = { readonly command: Command; readonly grant: Grant; readonly cwd: string };

/** Number of lines that are kept of each stream. */
const keptLines = 20;

/** Debian's own Python, which has the packages that yt-dlp uses, whatever is first on the PATH. */
export const python = "/usr/bin/python3";

/** Runs a program inside the walls, and returns what it printed. `problem` says in a clause why it failed. */
export async function runConfined(
  { walls, environment, memoryBytes, signal, patienceMs }: Confinement,
  { command, grant, cwd }: ConfinedRun,
): Promise<{ stdout: string; problem: string | undefined }> {
  const timeout = AbortSignal.timeout(patienceMs);
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  const { exitCode, signal: killedBy } = await runProgram({
    argv: walls.confine(command, grant),
    cwd,
    env: { ...environment, HOME: "/nonexistent", LANG: "C.UTF-8", PYTHONDONTWRITEBYTECODE: "1" },
    memoryBytes,
    signal: AbortSignal.any([signal, timeout]),
    onLine: ({ from, text }) => {
      lines[from].push(text);
      if (lines[from].length > keptLines) lines[from].shift();
    },
  });
  signal.throwIfAborted();
  const stdout = lines.stdout.join("\n");
  if (exitCode === 0) return { stdout, problem: undefined };
  if (timeout.aborted) return { stdout, problem: `it did not end within ${patienceMs / 1000} s` };
  return {
    stdout,
    problem: lines.stderr.at(-1)?.slice(0, 300) ?? `it ended by ${killedBy ?? `exit status ${exitCode}`}`,
  };
}
