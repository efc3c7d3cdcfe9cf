import { Argument, Command, Option } from "commander";
import { UsageError } from "../session.ts";
import { withExamples } from "./run-command.ts";

/** A command that another app reads and runs; what it takes is told here for help, completion and manual page. */
export type HandedOn = {
  name: string;
  summary: string;
  description: string;
  arguments?: [name: string, description: string][];
  options?: [flags: string, description: string, choices?: string[]][];
  commands?: HandedOn[];
  examples: string[];
};

export const CONFIG: [string, string] = [
  "--config <file>",
  "the configuration (else DWLD_CONFIG, else /etc/dwld/dwld.yaml)",
];
export const DATA: [string, string] = [
  "--data <folder>",
  "where everything is kept (else DWLD_DATA, else what the configuration says)",
];

/**
 * The command as help shows it.
 *
 * @param because why this program cannot run it itself, for whoever started it past bin/dwld.
 */
export function handedOnCommand(handed: HandedOn, helpGroup: string, because: string): Command {
  const command = build(handed, () => {
    const { name } = handed;
    throw new UsageError(`${name} ${because}: start it by the dwld script (bin/dwld ${name})`);
  });
  return command.helpGroup(helpGroup);
}

function build(handed: HandedOn, refuse: () => never): Command {
  const command = new Command(handed.name).summary(handed.summary).description(handed.description).action(refuse);
  for (const [name, description] of handed.arguments ?? []) command.addArgument(new Argument(name, description));
  for (const [flags, description, choices] of handed.options ?? []) {
    const option = new Option(flags, description);
    command.addOption(choices === undefined ? option : option.choices(choices));
  }
  for (const each of handed.commands ?? []) command.addCommand(build(each, refuse).copyInheritedSettings(command));
  return withExamples(command, ...handed.examples);
}
