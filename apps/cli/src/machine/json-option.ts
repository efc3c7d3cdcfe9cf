import type { Command } from "commander";

/** Adds `--json` to a command that needs no api. */
export function withJson(command: Command, description = "the same as JSON, alone on stdout"): Command {
  return command.option("--json", description);
}

/** The exit statuses of a command that either does what it should or changes nothing. */
export const allOrNothing =
  "0: done; 1: it failed, and nothing was changed; 2: wrong command line; 78: the configuration is wrong";
