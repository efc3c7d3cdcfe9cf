import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { eventually } from "@dwld/timing/testing";
import { livingProcesses, markedPath, signalTo, type LivingProcess } from "./living-processes.ts";

/** The end of a program; one of the two is set. */
export interface ProgramEnd {
  exitStatus: number | undefined;
  signal: string | undefined;
}

/** A program that runs until it is stopped. */
export interface ForegroundProgram {
  readonly pid: number;
  /** The marker by which `livingProcesses` finds it and its descendants. */
  readonly marker: string;
  /** Undefined while the program runs. */
  readonly end: ProgramEnd | undefined;
  /** All output so far, of both streams. */
  output(): string;
  /** True once no process can write to it any more. */
  readonly outputComplete: boolean;
  /** Sends a signal to this process alone. */
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the program itself has ended; its children may still run. */
  waitForEnd(deadlineMs: number): Promise<ProgramEnd>;
}

export interface ProgramOptions {
  environment?: Record<string, string | undefined>;
  /** Default: a new one. */
  marker?: string;
  /** True: it does not keep this process from ending. */
  background?: boolean;
}

/** A program did not start or end as expected. The message holds its output. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
  readonly code = "PROGRAM";
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C at the terminal does not reach it. If this process is
 * killed, the kernel sends the program SIGTERM (PR_SET_PDEATHSIG, by util-linux's setpriv).
 */
export function startProgram(
  [command, ...args]: readonly [string, ...string[]],
  { environment = {}, marker = randomUUID(), background = false }: ProgramOptions = {},
): ForegroundProgram {
  const inherited: NodeJS.ProcessEnv = { ...process.env, ...environment };
  const child = spawn("setpriv", ["--pdeathsig", "TERM", command, ...args], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...inherited, PATH: markedPath(inherited["PATH"] ?? "", marker) },
  });
  const { pid } = child;
  if (pid === undefined) throw new ProgramError("setpriv (Debian package util-linux) could not be started.");
  if (background) for (const handle of [child, child.stdout, child.stderr]) (handle as ChildProcess | Socket).unref();
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  let outputComplete = false;
  child.on("close", () => (outputComplete = true));
  let end: ProgramEnd | undefined;
  child.on("exit", (exitStatus, signal) => {
    end = { exitStatus: exitStatus ?? undefined, signal: signal ?? undefined };
  });
  return {
    pid,
    marker,
    get end() {
      return end;
    },
    output: () => output,
    get outputComplete() {
      return outputComplete;
    },
    kill: (signal) => void child.kill(signal),
    waitForEnd: (deadlineMs) =>
      eventually(`${command} (process ${pid}) ends`, () => end, { deadlineMs, describe: () => output }),
  };
}

/**
 * Waits until `ready` returns true.
 *
 * @throws {ProgramError} with the output, if the program ends before.
 */
export async function untilReady(
  name: string,
  program: ForegroundProgram,
  ready: () => boolean | Promise<boolean>,
  deadlineMs = 60_000,
): Promise<void> {
  const state = await eventually(
    `${name} is ready`,
    async () => (program.end === undefined ? (await ready()) && "ready" : "ended"),
    { deadlineMs, describe: () => program.output() },
  ).catch(async (error: unknown) => {
    killAll(program.marker);
    throw error;
  });
  if (state === "ready") return;
  killAll(program.marker);
  await eventually(`${name} has said its last word`, () => program.outputComplete);
  const how = program.end?.signal ?? `exit status ${program.end?.exitStatus}`;
  throw new ProgramError(`${name} ended before it was ready (${how}):\n${program.output()}`);
}

/**
 * Waits until no process with this marker lives.
 *
 * @throws {ProgramError} naming the processes that outlived the deadline; they are killed.
 */
export async function untilNoneLives(marker: string, deadlineMs = 5_000): Promise<void> {
  try {
    await eventually("every process has ended", () => livingProcesses(marker).length === 0, {
      deadlineMs,
    });
  } catch (cause) {
    const left = killAll(marker);
    const list = left.map(({ pid, state, command }) => `  ${pid} ${state} ${command}`).join("\n");
    throw new ProgramError(`These were left running, and were killed now:\n${list}`, { cause });
  }
}

/** Kills all processes with this marker, and returns them. */
export function killAll(marker: string): LivingProcess[] {
  const left = livingProcesses(marker);
  killEach(left);
  return left;
}

/** Sends SIGKILL to processes, some of which may have ended meanwhile. */
export function killEach(processes: readonly LivingProcess[]): void {
  for (const { pid } of processes) signalTo(pid, "SIGKILL");
}
