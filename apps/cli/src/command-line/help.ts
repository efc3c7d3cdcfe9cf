import type { Command } from "commander";

const examples = new WeakMap<Command, readonly string[]>();
const statuses = new WeakMap<Command, string>();

/** Adds examples below the help of a command. */
export function withExamples(command: Command, ...lines: string[]): Command {
  examples.set(command, lines);
  return command.addHelpText("after", ["", "Examples:", ...lines.map((line) => `  ${line}`)].join("\n"));
}

/** Adds the exit statuses of a command whose meanings are its own. */
export function withExitStatus(command: Command, meanings: string): Command {
  statuses.set(command, meanings);
  return command.addHelpText("after", exitStatusLines(meanings.split("; ")));
}

/** Returns a line for each exit status, below the help of a command or of the program. */
export function exitStatusLines(meanings: readonly string[]): string {
  return ["", "Exit status:", ...meanings.map((meaning) => `  ${meaning}`)].join("\n");
}

/** The examples of a command, for the manual page: commander keeps only the text below a help. */
export function examplesOf(command: Command): readonly string[] {
  return examples.get(command) ?? [];
}

/** The exit statuses of a command; undefined if they are those of the program. */
export function exitStatusOf(command: Command): string | undefined {
  return statuses.get(command);
}

/** The words behind `dwld` that call a command: "config init". */
export function commandPath(command: Command): string {
  const above = command.parent;
  return above?.parent ? `${commandPath(above)} ${command.name()}` : command.name();
}
