import type { Command } from "commander";
import { type ExitStatus, type Session, UNHEARD_STATUS } from "../session.ts";
import { spanArgument } from "./argument-readers.ts";

/** What every command understands. */
export type CommonOptions = { json?: true };

/**
 * Runs the body of a command in a session of its own, and keeps its exit status.
 * @param command the one that is run: its options, and those of the program above it.
 */
export type RunCommand = (command: Command, body: (session: Session) => Promise<ExitStatus>) => Promise<void>;

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
    `${when}: how long an api that is away is tried again (default: 5m), then exit status ${UNHEARD_STATUS}`,
    spanArgument,
  );
}

const examples = new WeakMap<Command, readonly string[]>();

/** Adds examples below the help of a command. */
export function withExamples(command: Command, ...lines: string[]): Command {
  examples.set(command, lines);
  return command.addHelpText("after", ["", "Examples:", ...lines.map((line) => `  ${line}`)].join("\n"));
}

/** Commander knows what stands below a help as text alone. */
export function examplesOf(command: Command): readonly string[] {
  return examples.get(command) ?? [];
}
