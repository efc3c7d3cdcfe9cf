import { layout } from "@dwld/layout";
import { Command, InvalidArgumentError, Option } from "commander";
import { type ConfigurationOptions, withConfigAndData } from "../command-line/configuration-options.ts";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import { withJson } from "./json-option.ts";
import type { RunOnMachine } from "./run-on-machine.ts";

type Options = ConfigurationOptions & { follow?: boolean; lines?: number; app?: string; json?: boolean };

/** `dwld logs [ID]` */
export function build(run: RunOnMachine): Command {
  const command = new Command("logs")
    .summary("show the log of all processes, or of one task or request")
    .description(
      "Shows the log: the files that dwld up keeps below its data, or the journal of the installed units. With an id, the " +
        "lines of api, worker and ftp-sender about that task, in the order of their times. A request id, which dwld prints " +
        "with an error, also finds all tasks that the command has added.",
    )
    .argument("[id]", 'of one task or request alone: its id, the beginning of it, or "last", the newest task')
    .option("-f, --follow", "go on with each line as it is written, until Ctrl-C")
    .option("-n, --lines <n>", 'the newest of them, or "all" (default: 100, and all of a task)', linesArgument)
    .addOption(new Option("--app <app>", "of one app alone").choices(["api", "worker", "ftp-sender", "up"]))
    .action(async (id: string | undefined, { follow = false, lines, app, json, ...named }: Options) =>
      run(command, async ({ env, stdout, print, complain, untilStopped }) => {
        const { describeLine, findLog, inTimeOrder, LogFilter, newestTask } = await import("@dwld/up/logs");
        const isRaw = json ?? !stdout.isTTY;
        const most = lines ?? (id === undefined ? 100 : Number.POSITIVE_INFINITY);
        const signal = untilStopped();
        const source = findLog(await findData(named, env, complain), env);
        const past = await source.past();
        // No id begins with "last": in a log without a task, nothing is found.
        const filter = new LogFilter({ id: id === "last" ? (newestTask(past) ?? id) : id, app }, past);
        const show = (line: string): void => {
          print(`${isRaw ? line : describeLine(line)}\n`);
        };
        const chosen = past.filter((line) => filter.isWanted(line));
        const found = id === undefined ? chosen : inTimeOrder(chosen);
        for (const line of most === 0 ? [] : found.slice(-most)) show(line);
        const showWanted = (line: string): void => {
          if (filter.isWanted(line)) show(line);
        };
        if (follow) await source.follow(showWanted, signal);
        if (found.length > 0 || follow) return 0;
        complain(`no line of the log is about ${id ?? app ?? "dwld"}`);
        return 1;
      }),
    );
  withConfigAndData(withJson(command, "the lines as they were written; also where stdout is no terminal"));
  withExitStatus(command, "0: lines were found; 1: none; 2: wrong command line");
  return withExamples(
    command,
    "dwld logs -f",
    "dwld logs last",
    "dwld logs 3f9a2c1b7d20e4a1",
    "dwld logs --app worker -n 20",
  );
}

/** Returns the data folder. A configuration with mistakes, which the log may be asked about, is told, and the default is taken. */
async function findData(
  named: ConfigurationOptions,
  env: NodeJS.ProcessEnv,
  complain: (message: string) => void,
): Promise<string> {
  const { ConfigurationError, loadConfiguration } = await import("@dwld/daemon");
  try {
    return loadConfiguration(named, env).data;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    complain(error.message);
    return named.data ?? layout.data;
  }
}

function linesArgument(text: string): number {
  if (text === "all") return Number.POSITIVE_INFINITY;
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, or "all".');
  return Number(text);
}
