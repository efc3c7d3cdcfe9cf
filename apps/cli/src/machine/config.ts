import { Command } from "commander";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import { type ConfigurationOptions, withConfig } from "../command-line/configuration-options.ts";
import { buildInit } from "./config-init.ts";
import { withJson } from "./json-option.ts";
import type { RunOnMachine } from "./run-on-machine.ts";
import { soundConfiguration } from "./sound-configuration.ts";

type Options = ConfigurationOptions & { json?: boolean };

const file = ["[file]", "the same as --config"] as const;
const statuses = "0: it can be used; 2: wrong command line; 78: it has mistakes";

/** `dwld config init|check|show|schema` */
export function build(run: RunOnMachine): Command {
  const command = new Command("config")
    .summary("make a configuration, check it, or show the whole of it")
    .description(
      "Writes a configuration that delivers to your server, names every mistake of one, shows it with its defaults, or " +
        "prints its JSON Schema.",
    );
  for (const each of [buildInit(run), buildCheck(run), buildShow(run), buildSchema(run)]) command.addCommand(each);
  return withExamples(
    command,
    "dwld config init --ftp nas.example",
    "dwld config check dwld.yaml",
    "dwld config show",
    "dwld config schema > dwld.schema.json",
  );
}

function buildCheck(run: RunOnMachine): Command {
  const command = new Command("check")
    .summary("name every mistake")
    .description(
      "Names every mistake with its line, and what would be right; and each file that the configuration names and that " +
        "cannot be read. Of processes that run with this file, tells what a reload would change, and what needs a restart.",
    )
    .argument(...file)
    .action(async (named: string | undefined, { json = false, config = named }: Options) =>
      run(command, async ({ env, print, printJson, complain }) => {
        const { examineConfiguration, configurationExitStatus, fileOfConfiguration } = await import("@dwld/daemon");
        const mistakes = examineConfiguration({ config }, env);
        const changes = mistakes === undefined ? await changesOfReload({ config }, env) : [];
        if (json) printJson({ mistakes: mistakes?.problems ?? [], reload: changes });
        else if (mistakes === undefined)
          print(
            [soundConfiguration(fileOfConfiguration({ config }, env)), ...changes.map(describeChange), ""].join("\n"),
          );
        else complain(mistakes.message);
        return mistakes === undefined ? 0 : configurationExitStatus;
      }),
    );
  return withExamples(withExitStatus(withConfig(withJson(command)), statuses), "dwld config check dwld.yaml");
}

type Change = { readonly process: string; readonly taken: readonly string[]; readonly needsRestart: readonly string[] };

/** Asks the processes that run with this file what a reload would change; those for which nothing is new are left out. */
async function changesOfReload(named: { config?: string | undefined }, env: NodeJS.ProcessEnv): Promise<Change[]> {
  const { fileOfConfiguration, loadConfiguration } = await import("@dwld/daemon");
  const { findProcesses } = await import("./reload/running-processes.ts");
  const checked = fileOfConfiguration(named, env);
  const processes = await findProcesses(loadConfiguration(named, env));
  return processes.flatMap(({ name, report }) => {
    const { reload } = report;
    if (report.file !== checked || "mistakes" in reload) return [];
    return reload.taken.length + reload.needsRestart.length === 0 ? [] : [{ process: name, ...reload }];
  });
}

function describeChange({ process, taken, needsRestart }: Change): string {
  const parts = [
    ...(taken.length === 0 ? [] : [`a reload takes over ${taken.join(", ")}`]),
    ...(needsRestart.length === 0 ? [] : [`a restart is needed for ${needsRestart.join(", ")}`]),
  ];
  return `${process}: ${parts.join("; ")}`;
}

function buildShow(run: RunOnMachine): Command {
  const command = new Command("show")
    .summary("show the whole configuration")
    .description("Shows it as the processes see it: defaults filled in, paths absolute, secrets hidden.")
    .argument(...file)
    .action(async (named: string | undefined, { json = false, config = named }: Options) =>
      run(command, async ({ env, print, printJson }) => {
        const { loadConfiguration, showConfiguration } = await import("@dwld/daemon");
        const configuration = loadConfiguration({ config }, env);
        if (json) printJson(configuration);
        else print(showConfiguration(configuration));
        return 0;
      }),
    );
  return withExamples(withExitStatus(withConfig(withJson(command)), statuses), "dwld config show");
}

function buildSchema(run: RunOnMachine): Command {
  const command = new Command("schema")
    .summary("print the JSON Schema of the file")
    .description("Prints the JSON Schema of the configuration, for editors.")
    .action(async () =>
      run(command, async ({ print }) => {
        const { configurationJsonSchema } = await import("@dwld/daemon");
        print(`${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
        return 0;
      }),
    );
  return withExamples(command, "dwld config schema > dwld.schema.json");
}
