import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { Input } from "./arguments/links.ts";
import { addCommand } from "./commands/add.ts";
import { cancelCommand } from "./commands/cancel.ts";
import { cleanCommand } from "./commands/clean.ts";
import { completeCommand, completionCommand } from "./commands/completion.ts";
import { deleteCommand } from "./commands/delete.ts";
import { listCommand } from "./commands/list.ts";
import { machineCommands } from "./commands/machine-commands.ts";
import { manCommand } from "./commands/man.ts";
import { processCommands } from "./commands/process-commands.ts";
import { retryCommand } from "./commands/retry.ts";
import type { RunCommand } from "./commands/run-command.ts";
import { showCommand } from "./commands/show.ts";
import { siteCommand } from "./commands/site.ts";
import { sitesCommand } from "./commands/sites.ts";
import { statusCommand } from "./commands/status.ts";
import { versionCommand } from "./commands/version.ts";
import { watchCommand } from "./commands/watch.ts";
import { isCallFailure } from "./connection/call-failure.ts";
import { connectTo } from "./connection/client.ts";
import { systemClock } from "./connection/clock.ts";
import { TaskNameError } from "./connection/find-task.ts";
import type { ReaderLanguage } from "./connection/reader-language.ts";
import { DEFAULT_SERVER, readServerAddress } from "./connection/server-address.ts";
import { Interruption } from "./interruption.ts";
import { Output } from "./output.ts";
import { EXIT_STATUSES, type ExitStatus, explain, UsageError } from "./session.ts";

/** What a program gets from the system that started it. */
export type Surroundings = {
  input: Input;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Given with an Interruption as its reason. */
  signal: AbortSignal;
  version: string;
  /** False for a terminal that knows no escape sequences. */
  canRedraw: boolean;
  /** False where the person wants no colours, or the terminal has none. */
  canColour: boolean;
  /** Of the texts for a person that the api tells. Documents have them in each language. */
  language: ReaderLanguage;
};

/** Runs the command that the arguments name, and gives its exit status. */
export async function runProgram(args: string[], surroundings: Surroundings): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const run: RunCommand = async (command, body) => {
    status = await runBody(command.optsWithGlobals(), surroundings, body);
  };
  const program = buildProgram(surroundings, run);
  try {
    await program.parseAsync(args, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof UsageError)) throw error;
    surroundings.stderr.write(`dwld: ${error.message}\n`);
    return 2;
  }
}

/** The tree of all commands, those among them that bin/dwld hands on to other apps. */
export function buildProgram(
  { stdout, stderr, version }: Pick<Surroundings, "stdout" | "stderr" | "version">,
  run: RunCommand,
): Command {
  const program = new Command("dwld")
    .description("Give it a link and the video arrives on your FTP server, verified, or you are told exactly why not.")
    .version(version, "-V, --version")
    .addOption(
      new Option("--server <address>", "the api's address for HTTP/1.1 (api.http)")
        .env("DWLD_SERVER")
        .default(DEFAULT_SERVER)
        .argParser((text) => {
          const server = readServerAddress(text);
          if (server === undefined) throw new InvalidArgumentError("It must be like http://127.0.0.1:8890.");
          return server;
        }),
    )
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, "dwld: ")),
    })
    .exitOverride()
    .addHelpText("after", `\nExit status: ${EXIT_STATUSES.map((each) => each.join(": ")).join("; ")}.`)
    .addHelpText("after", "Reasons and advice are in Russian where LC_ALL, LC_MESSAGES or LANG begins with ru.");
  program.addHelpText("before", () => refuseUnknownName(program));
  const commands = [addCommand, listCommand, showCommand, watchCommand, cancelCommand, retryCommand];
  for (const build of [...commands, deleteCommand, cleanCommand, statusCommand, sitesCommand, siteCommand])
    addTo(program, build(run));
  for (const command of [...machineCommands(), ...processCommands()])
    addTo(program, command).configureHelp({ showGlobalOptions: false });
  for (const command of [versionCommand(run, version), completionCommand(run), manCommand(run, version)])
    addTo(program, command);
  program.addCommand(completeCommand(run).copyInheritedSettings(program), { hidden: true });
  return program;
}

/** Says that a name is unknown, where else the help of everything would be the answer to "nonsense --help". */
function refuseUnknownName(program: Command): string {
  const name = program.args[0] === "help" ? program.args[1] : program.args[0];
  const isKnown = name === undefined || name.startsWith("-") || program.commands.some((each) => each.name() === name);
  if (!isKnown) program.parse([name], { from: "user" });
  return "";
}

/** A command that is built apart takes over the program's settings only when it is told to. */
function addTo(program: Command, command: Command): Command {
  program.addCommand(command.copyInheritedSettings(program));
  return command;
}

async function runBody(
  { server, json = false, trunc = true }: { server: string; json?: boolean; trunc?: boolean },
  surroundings: Surroundings,
  body: Parameters<RunCommand>[1],
): Promise<ExitStatus> {
  const { stdout, stderr, input, signal, canRedraw, canColour, language } = surroundings;
  const output = new Output(stdout, stderr, { json, canRedraw, canColour, whole: !trunc });
  const client = connectTo(server, json ? undefined : language);
  try {
    const status = await body({ client, server, output, input, clock: systemClock, signal });
    await output.settled();
    if (output.failure === undefined) return status;
    output.complain(output.failure.message);
  } catch (error) {
    if (signal.reason instanceof Interruption) return signal.reason.exitStatus;
    if (output.failure === undefined && output.gone.aborted) return 0;
    if (!isCallFailure(error) && !(error instanceof TaskNameError)) throw error;
    output.complain(output.failure?.message ?? explain({ server }, error));
  }
  return 1;
}
