import { type Command, InvalidArgumentError } from "commander";

/** Where the configuration of a command comes from. */
export type ConfigurationOptions = { config?: string; data?: string };

/** Adds `--config` to a command. */
export function withConfig(command: Command): Command {
  const description = "the configuration (else DWLD_CONFIG, else /etc/dwld/dwld.yaml, else defaults)";
  return command.option("--config <file>", description, pathArgument);
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
