import { constants } from "node:os";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { errorCode, errorText } from "@dwld/text";
import { startedWith, UsageError } from "../configuration/load-configuration.ts";
import { withoutSecrets } from "../configuration/show-configuration.ts";
import { redactSecrets } from "../logger/redact-secrets.ts";
import { configurationExitStatus, ownCode } from "./explain-failure.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

export type MachineCommand<Known extends Options> = {
  /** "ytdlp": as it stands behind `dwld`. */
  readonly name: string;
  /** What --help prints. */
  readonly usage: string;
  /** Beside --help, which each has. */
  readonly options: Known;
  /** How many words may stand beside the options; default none. */
  readonly words?: { readonly min: number; readonly max: number };
  /** The first Ctrl-C or SIGTERM aborts `signal` and ends nothing by itself, the second ends it; default false. */
  readonly stoppable?: boolean;
};

type Values<Known extends Options> = ReturnType<typeof parseArgs<{ options: Known }>>["values"];

/** What the command has to do with: its arguments, and the process it runs in. */
export type MachineCall<Known extends Options> = {
  readonly values: Values<Known>;
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Writes to stdout, secrets taken out. */
  readonly print: (text: string) => void;
  /** Writes one line of JSON to stdout, secrets taken out of its texts: out of the line they would take its form along. */
  readonly printJson: (value: unknown) => void;
  /** Writes lines to stderr, each behind "dwld NAME: ". */
  readonly complain: (message: string) => void;
  /** Aborted by a signal, where the command is stoppable. */
  readonly signal: AbortSignal;
};

/**
 * The life of a command that looks at this machine and needs no server (`dwld ytdlp`, `dwld config`): reads the command
 * line, runs the body and leaves its exit status. An error that is a message to a person is told: 2 stands for a wrong
 * command line (UsageError), 78 for a wrong configuration (ConfigurationError), 1 for what else there is.
 */
export async function runMachineCommand<const Known extends Options>(
  command: MachineCommand<Known>,
  body: (call: MachineCall<Known>) => number | Promise<number>,
): Promise<void> {
  const { argv, env } = startedWith();
  const complain = (message: string): void => {
    for (const line of message.split("\n")) process.stderr.write(`dwld ${command.name}: ${redactSecrets(line)}\n`);
  };
  // A reader that has seen enough ("| head") is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  const print = (text: string): void => {
    process.stdout.write(redactSecrets(text));
  };
  const printJson = (value: unknown): void => {
    process.stdout.write(`${JSON.stringify(withoutSecrets(value))}\n`);
  };
  const stopping = new AbortController();
  if (command.stoppable === true)
    // The listener stays: where none is left, execa's own passes the signal on to this process.
    for (const name of ["SIGINT", "SIGTERM"] as const)
      process.on(name, () => {
        if (stopping.signal.aborted) process.exit(128 + constants.signals[name]);
        stopping.abort();
      });
  try {
    const read = readArguments(command, argv);
    if (read === undefined) print(command.usage);
    else process.exitCode = await body({ ...read, env, print, printJson, complain, signal: stopping.signal });
  } catch (error) {
    const code = error instanceof Error ? ownCode(error) : undefined;
    if (!(error instanceof Error) || code === undefined) throw error;
    complain(error.message);
    process.exitCode = { usage: 2, configuration: configurationExitStatus }[code] ?? 1;
  }
}

/** undefined: --help was asked for. */
function readArguments<Known extends Options>(
  { name, options, words = { min: 0, max: 0 } }: MachineCommand<Known>,
  argv: readonly string[],
): { values: Values<Known>; words: string[] } | undefined {
  if (argv.includes("--help") || argv.includes("-h")) return undefined;
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
    const [surplus] = positionals.slice(words.max);
    if (surplus !== undefined) throw new UsageError(`"${surplus}" is one word too many; see dwld ${name} --help`);
    if (positionals.length < words.min) throw new UsageError(`a word is missing; see dwld ${name} --help`);
    return { values, words: positionals };
  } catch (error) {
    if (!errorCode(error).startsWith("ERR_PARSE_ARGS")) throw error;
    throw new UsageError(`${(errorText(error).split(/\. |\n/)[0] ?? "").replace(/\.$/, "")}; see dwld ${name} --help`, {
      cause: error,
    });
  }
}
