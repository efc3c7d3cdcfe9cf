import { Command } from "commander";
import { type ConfigurationOptions, withConfigAndData } from "../command-line/configuration-options.ts";
import { withExamples, withExitStatus } from "../command-line/help.ts";

/**
 * The configuration that a command line names; `instance`: the number of the worker on this machine, from 1; `only`: the
 * apps of `dwld up`.
 */
export type Named = ConfigurationOptions & { instance?: number; only?: readonly ("api" | "worker" | "ftp-sender")[] };

/** The process of an app: `run` returns at its end, or ends the process itself. */
export type App = { run: (options: { named: Named; env: NodeJS.ProcessEnv }) => Promise<void> };

/** Runs the process of an app in this one. */
export type RunProcess = (app: App, named: Named) => Promise<void>;

type Texts = { name: string; summary: string; description: string; examples?: readonly string[] };

const ending =
  "Runs in the foreground until SIGTERM or Ctrl-C: it takes no new work then, and gives what runs " +
  "shutdown.graceSeconds; a second signal ends it at once.";

/** A command that runs an app; `load` loads the app's code. */
export function processCommand(
  { name, summary, description, examples = [] }: Texts,
  run: RunProcess,
  load: () => Promise<App>,
): Command {
  const command = new Command(name).summary(summary).description(`${description} ${ending}`);
  withConfigAndData(command).action(async (named: Named) => {
    // The signal asks for a reload, and the configuration is read later than this.
    process.on("SIGHUP", () => undefined);
    await run(await load(), named);
  });
  withExamples(command, `dwld ${name}`, `dwld ${name} --data ./data`, ...examples);
  return withExitStatus(
    command,
    "0: after a signal; 1: after a failure; 2: wrong command line; 65: the task table is damaged; 69: an address cannot be " +
      "listened on; 78: the configuration is wrong",
  );
}
