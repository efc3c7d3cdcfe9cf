import type { Command } from "commander";
import { unheardStatus } from "../../command-line/exit-status.ts";
import { spanArgument } from "./argument-readers.ts";

/** The options of every command that talks to the api. */
export type CommonOptions = { json?: true };

/** Adds `--json` to a command. */
export function withJson(command: Command, documents: string): Command {
  return command.option("--json", `the contract's answers as Protobuf JSON, alone on stdout: ${documents}`);
}

/** Adds `--no-trunc` to a command that shows ids. */
export function withNoTrunc(command: Command): Command {
  return command.option("--no-trunc", "whole ids on a terminal too, and nothing is cut at its edge");
}

/** Adds `--patience` to a command that waits. */
export function withPatience(command: Command, when: string): Command {
  return command.option(
    "--patience <span>",
    `${when}: how long an api that is away is tried again (default: 5m), then exit status ${unheardStatus}`,
    spanArgument,
  );
}
