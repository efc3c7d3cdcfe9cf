import type { Argument, Command, Option } from "commander";
import { stateNames } from "../arguments/task-states.ts";

/** A word that could stand at the cursor, and its meaning. */
export type Candidate = { word: string; meaning: string };

/** The words that could stand at the cursor. */
export type Candidates =
  | { kind: "words"; words: Candidate[] }
  /** The shell knows their names. */
  | { kind: "files" | "folders" }
  /** The api knows them: the ids of tasks for the command of this name, and the names of sites. */
  | { kind: "tasks"; command: string }
  | { kind: "sites" };

const noCandidates: Candidates = { kind: "words", words: [] };

/** The state of the command line at the cursor, read as commander reads it. */
type Place = {
  command: Command;
  /** The option whose value is being typed. */
  option: Option | undefined;
  operandCount: number;
  optionsAreOver: boolean;
};

/**
 * Completes a command line by the tree of commands that `--help` shows.
 *
 * @param words the words behind "dwld" up to the cursor; the last one is being typed, and may be empty.
 */
export function candidates(program: Command, words: readonly string[]): Candidates {
  const typed = words.at(-1) ?? "";
  const place = findPlace(program, words.slice(0, -1));
  const { command, option, operandCount } = place;
  if (option !== undefined) return optionValues(option, typed, "");
  if (typed.startsWith("-") && !place.optionsAreOver) {
    const [name = "", value] = typed.split(/=(.*)/s);
    if (value === undefined) return beginning(typed, optionCandidates(command));
    const named = valueOption(command, name);
    return named === undefined ? noCandidates : optionValues(named, value, `${name}=`);
  }
  const { registeredArguments } = command;
  const argument = registeredArguments[operandCount] ?? registeredArguments.findLast(({ variadic }) => variadic);
  if (argument !== undefined) return argumentValues(command, argument, typed);
  if (operandCount > 0) return noCandidates;
  const commands = command.createHelp().visibleCommands(command);
  return beginning(
    typed,
    commands.map((each) => ({ word: each.name(), meaning: each.summary() || each.description() })),
  );
}

function findPlace(program: Command, words: readonly string[]): Place {
  const place: Place = { command: program, option: undefined, operandCount: 0, optionsAreOver: false };
  for (const word of words) {
    if (place.option !== undefined) place.option = undefined;
    else if (word === "--" && !place.optionsAreOver) place.optionsAreOver = true;
    else if (word.startsWith("-") && word !== "-" && !place.optionsAreOver)
      place.option = valueOption(place.command, word);
    else if (word !== "help" || place.command !== program) enter(place, word);
  }
  return place;
}

/** Takes a word that is no option: it names a subcommand, or else is an operand. */
function enter(place: Place, word: string): void {
  const next = place.operandCount > 0 ? undefined : place.command.commands.find((each) => each.name() === word);
  if (next === undefined) place.operandCount += 1;
  else place.command = next;
}

/** Returns the options that the help of a command shows, including those of the program that it accepts. */
function optionsOf(command: Command): Option[] {
  const help = Object.assign(command.createHelp(), command.configureHelp());
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
}

function optionCandidates(command: Command): Candidate[] {
  return optionsOf(command).map((option) => ({
    word: option.long ?? option.short ?? option.flags,
    meaning: option.description,
  }));
}

/** Returns the option of this name if it takes a value. */
function valueOption(command: Command, name: string): Option | undefined {
  return optionsOf(command).find(
    ({ long, short, required, optional }) => (long === name || short === name) && (required || optional),
  );
}

/** Returns the choices of an option, else the values of its placeholder: "file" of "--config <file>". */
function optionValues(option: Option, typed: string, prefix: string): Candidates {
  const placeholder = /[<[]([^>\].]+)/.exec(option.flags)?.[1];
  switch (placeholder) {
    case "file":
      return { kind: "files" };
    case "folder":
      return { kind: "folders" };
    case "site":
      return { kind: "sites" };
    case "states": {
      const before = typed.slice(0, typed.lastIndexOf(",") + 1);
      return beginning(prefix + typed, plain(stateNames, prefix + before));
    }
    default:
      return beginning(prefix + typed, plain(option.argChoices ?? [], prefix));
  }
}

function argumentValues(command: Command, argument: Argument, typed: string): Candidates {
  switch (argument.name()) {
    case "file":
      return { kind: "files" };
    case "id":
      return { kind: "tasks", command: command.name() };
    case "site":
      return { kind: "sites" };
    default:
      return beginning(typed, plain(argument.argChoices ?? [], ""));
  }
}

function plain(words: readonly string[], prefix: string): Candidate[] {
  return words.map((word) => ({ word: prefix + word, meaning: "" }));
}

function beginning(typed: string, words: Candidate[]): Candidates {
  return { kind: "words", words: words.filter(({ word }) => word.startsWith(typed)) };
}
