import { type Command, InvalidArgumentError } from "commander";

/** Where the configuration of a command comes from. */
export type ConfigurationOptions = { config?: string; data?: string };

const whichConfiguration =
  "the configuration (else DWLD_CONFIG, else /etc/dwld/dwld.yaml, in a checkout data/dwld.yaml, else defaults)";

/** Adds `--config` to a command. */
export function withConfig(command: Command): Command {
  return command.option("--config <file>", whichConfiguration, pathArgument);
}

/** Adds `--config` and `--data` to a command. */
export function withConfigAndData(command: Command): Command {
  const description = "where everything is kept (else DWLD_DATA, else what the configuration says)";
  return withConfig(command).option("--data <folder>", description, pathArgument);
}

function pathArgument(text: string): string {
  if (text === "") throw new InvalidArgumentError("It must not be empty.");
  return text;
}
