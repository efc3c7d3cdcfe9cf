import { constants } from "node:os";
import { configurationExitStatus, redactSecrets, withoutSecrets } from "@dwld/daemon";
import { ownCode } from "@dwld/text";
import type { Command } from "commander";
import type { ExitStatus } from "../command-line/exit-status.ts";
import { watchOutput } from "../command-line/written-output.ts";
import type { ProgramIo } from "../command-line/program-io.ts";

/** The streams, environment and signals that the body of a command uses. */
export type MachineCall = Pick<ProgramIo, "stdin" | "stdout" | "stderr" | "env"> & {
  /** The arguments of dwld. */
  readonly args: readonly string[];
  /** Writes to stdout, with secrets removed. */
  readonly print: (text: string) => void;
  /** Writes one line of JSON to stdout, with secrets removed from its texts. */
  readonly printJson: (value: unknown) => void;
  /** Writes lines to stderr, each behind "dwld NAME: ". */
  readonly complain: (message: string) => void;
  /**
   * Listens to signals from now on until the body has ended: the first SIGINT or SIGTERM aborts the returned signal, the second ends the process.
   * A body that throws its reason has changed nothing: that is told, and the status is 1.
   */
  readonly untilStopped: () => AbortSignal;
};

type Body = (call: MachineCall) => ExitStatus | Promise<ExitStatus>;

/** Runs the body of a command that needs no api, and keeps its exit status. */
export type RunOnMachine = (command: Command, body: Body) => Promise<void>;

/**
 * Runs the body of a command that needs no api. Prints an error that is a message to a person, and returns 2 for a wrong
 * command line (UsageError), 78 for a wrong configuration (ConfigurationError), 1 for any other.
 */
export async function runOnMachine(
  io: ProgramIo,
  { name, args }: { name: string; args: readonly string[] },
  body: Body,
): Promise<ExitStatus> {
  const { stdout, stderr, env } = io;
  for (const stream of [stdout, stderr]) watchOutput(stream);
  const complain = (message: string): void => {
    for (const line of message.split("\n")) stderr.write(`dwld ${name}: ${redactSecrets(line)}\n`);
  };
  const print = (text: string): void => void stdout.write(redactSecrets(text));
  const printJson = (value: unknown): void => void stdout.write(`${JSON.stringify(withoutSecrets(value))}\n`);
  let listening: Listening | undefined;
  try {
    return await body({
      get stdin() {
        return io.stdin;
      },
      ...{ args, stdout, stderr, env, print, printJson, complain },
      untilStopped: () => (listening ??= listenToSignals()).stopped,
    });
  } catch (error) {
    if (listening?.stopped.aborted === true && error === listening.stopped.reason) {
      complain("stopped by a signal: nothing was changed");
      return 1;
    }
    const code = error instanceof Error ? ownCode(error) : undefined;
    if (!(error instanceof Error) || code === undefined) throw error;
    complain(error.message);
    return { usage: 2, configuration: configurationExitStatus }[code] ?? 1;
  } finally {
    listening?.end();
  }
}

type Listening = {
  /** Aborted by the first signal. */
  readonly stopped: AbortSignal;
  readonly end: () => void;
};

const signals = ["SIGINT", "SIGTERM"] as const;

function listenToSignals(): Listening {
  const stopping = new AbortController();
  const onSignal = (name: (typeof signals)[number]) => {
    // oxlint-disable-next-line unicorn/no-process-exit -- the second signal is obeyed at once
    if (stopping.signal.aborted) process.exit(128 + constants.signals[name]);
    stopping.abort();
  };
  // The listener stays after the first one: if none is left, execa's own passes the signal on to this process.
  for (const name of signals) process.on(name, onSignal);
  return {
    stopped: stopping.signal,
    end: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
