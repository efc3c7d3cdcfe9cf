import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { commands, type Runs, treeReaders } from "./commands.ts";
import { type ExitStatus, exitStatuses } from "./command-line/exit-status.ts";
import { commandPath, exitStatusLines } from "./command-line/help.ts";
import type { ProgramIo } from "./command-line/program-io.ts";
import { fingerprintRule, readFingerprint } from "./command-line/fingerprint.ts";
import { defaultServer, serverArgument } from "./command-line/server-address.ts";
import { outputFailure, watchOutput } from "./command-line/written-output.ts";

/** Runs the command that the arguments name, and returns its exit status. */
export async function runProgram(args: string[], io: ProgramIo): Promise<ExitStatus> {
  const status = await runCommand(args, io);
  const failure = await outputFailure(io.stdout);
  if (failure === undefined) return status;
  watchOutput(io.stderr);
  io.stderr.write(`dwld: ${failure}\n`);
  return status || 1;
}

async function runCommand(args: string[], io: ProgramIo): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const runs: Runs = {
    inSession: async (command, body) => {
      const { runInSession } = await import("./client/run-in-session.ts");
      status = await runInSession(io, command.optsWithGlobals(), body);
    },
    onMachine: async (command, body) => {
      const { runOnMachine } = await import("./machine/run-on-machine.ts");
      status = await runOnMachine(io, { name: commandPath(command), args }, body);
    },
    asProcess: async (app, named) => app.run({ named, env: io.env }),
  };
  try {
    const program = programWithoutCommands(io);
    // Commander itself takes the first operand for the command.
    const [name = ""] = program.parseOptions(args).operands;
    const isEnough = Object.hasOwn(commands, name) && !treeReaders.includes(name);
    await addCommands(program, runs, isEnough ? [name] : Object.keys(commands));
    await program.parseAsync(args, { from: "user" });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

/** The tree of all commands. */
export async function buildProgram(io: Pick<ProgramIo, "stdout" | "stderr" | "version">, runs: Runs): Promise<Command> {
  const program = programWithoutCommands(io);
  await addCommands(program, runs, Object.keys(commands));
  return program;
}

function programWithoutCommands({
  stdout,
  stderr,
  version,
}: Pick<ProgramIo, "stdout" | "stderr" | "version">): Command {
  const program = new Command("dwld")
    .description("Give it a link and the video arrives on your FTP server, verified, or you are told exactly why not.")
    .version(version, "-V, --version")
    .addOption(
      new Option(
        "--server <address>",
        `the api's address for HTTP/1.1 (api.http), or unix: and a path (default: the socket of this machine's api, else the server of the last login, else ${defaultServer}) (env: DWLD_SERVER)`,
      ).argParser(serverArgument),
    )
    .addOption(
      new Option(
        "--fingerprint <sha256>",
        "the server's certificate, which is then enough, whoever signed it (env: DWLD_FINGERPRINT)",
      ).argParser((text) => {
        const fingerprint = readFingerprint(text);
        if (fingerprint === undefined) throw new InvalidArgumentError(`It ${fingerprintRule}.`);
        return fingerprint;
      }),
    )
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => {
        watchOutput(stdout);
        stdout.write(text);
      },
      writeErr: (text) => {
        watchOutput(stderr);
        stderr.write(text);
      },
      outputError: (text, write) => write(text.replace(/^(error: )?/, "dwld: ")),
    })
    .exitOverride()
    .addHelpText("after", exitStatusLines(exitStatuses.map((each) => each.join(": "))))
    .addHelpText("after", "\nReasons and advice are Russian if LC_ALL, LC_MESSAGES or LANG begins with ru.");
  program.addHelpText("before", () => refuseUnknownName(program));
  return program;
}

async function addCommands(program: Command, runs: Runs, names: readonly string[]): Promise<void> {
  for (const command of await Promise.all(names.flatMap((name) => commands[name]?.(runs) ?? []))) {
    program.addCommand(command, { hidden: command.name() === "complete" });
    inheritSettings(command, program);
  }
}

/** A command that is built apart inherits its parent's settings only on request. */
function inheritSettings(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  // A command that does not talk to the api has no --server, and says in its errors which command it is.
  if (command.helpGroup() !== "" || parent.helpGroup() !== "")
    command.configureHelp({ showGlobalOptions: false }).configureOutput({
      outputError: (text, write) => {
        const words = `dwld ${commandPath(command)}`;
        const wrong = text
          .replace(/^error: /, "")
          .replace(/\.?\n*$/, "")
          .replaceAll("\n", " ");
        write(`${words}: ${wrong}; see ${words} --help\n`);
      },
    });
  for (const each of command.commands) inheritSettings(each, command);
}

/** Says that a name is unknown; without it, the answer to "nonsense --help" would be the help of everything. */
function refuseUnknownName(program: Command): string {
  const name = program.args[0] === "help" ? program.args[1] : program.args[0];
  const isKnown = name === undefined || name.startsWith("-") || program.commands.some((each) => each.name() === name);
  if (!isKnown) program.parse([name], { from: "user" });
  return "";
}
