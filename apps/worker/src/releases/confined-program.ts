import { clipText } from "@dwld/text";
import { runProgram } from "../process/follow.ts";
import type { Grant } from "../process/sandbox.ts";
import type { Walls } from "../process/walls.ts";
import type { Command } from "../egress/network-namespace.ts";
import type { FailedRun } from "./machine-trouble.ts";

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

/** Characters that are kept of each stream, from its end: the help of yt-dlp has 150,000. */
const keptCharacters = 4 * 1024 ** 2;

/** Debian's own Python, which has the packages that yt-dlp uses, whatever is first on the PATH. */
export const python = "/usr/bin/python3";

/** The end of what a program printed. `failure` says in a clause why it failed. */
export type ConfinedAnswer = {
  readonly stdout: string;
  readonly stderr: string;
  readonly failure?: { readonly clause: string; readonly run: FailedRun };
};

/** Runs a program inside the walls. */
export async function runConfined(
  { walls, environment, memoryBytes, signal, patienceMs }: Confinement,
  { command, grant, cwd }: ConfinedRun,
): Promise<ConfinedAnswer> {
  const timeout = AbortSignal.timeout(patienceMs);
  const kept = { stdout: keepEnd(), stderr: keepEnd() };
  const { exitCode, signal: killedBy } = await runProgram({
    argv: walls.confine(command, grant),
    cwd,
    env: { ...environment, HOME: "/nonexistent", COLUMNS: "1000", LANG: "C.UTF-8", PYTHONDONTWRITEBYTECODE: "1" },
    memoryBytes,
    signal: AbortSignal.any([signal, timeout]),
    onLine: ({ from, text }) => {
      kept[from].add(text);
    },
  });
  signal.throwIfAborted();
  const [stdout, stderr] = [kept.stdout.lines.join("\n"), kept.stderr.lines.join("\n")];
  if (exitCode === 0) return { stdout, stderr };
  const said = kept.stderr.lines.slice(-saidLines);
  const how = timeout.aborted
    ? `it did not end within ${patienceMs / 1000} s`
    : clipText(said.at(-1) ?? `it ended by ${killedBy ?? `exit status ${exitCode}`}`, 300, "…");
  return { stdout, stderr, failure: { clause: how, run: { isOverdue: timeout.aborted, killedBy, said } } };
}

/** Number of lines in which a program says why it failed. */
const saidLines = 20;

function keepEnd() {
  const lines: string[] = [];
  let characters = 0;
  return {
    lines,
    add: (line: string) => {
      lines.push(line);
      characters += line.length;
      while (characters > keptCharacters) characters -= lines.shift()?.length ?? characters;
    },
  };
}
