import { contradictions, isDay, type OptionTable, optionTable, readSection, type TaskOptions } from "@dwld/options";
import { type Command, InvalidArgumentError, Option } from "commander";
import { countArgument, wordsArgument } from "./argument-readers.ts";

/** Adds the flags of the table to a command, in groups of its help. */
export function withOptionFlags(command: Command, table: OptionTable = optionTable): Command {
  for (const row of Object.values(table)) {
    if (row.cli.group !== undefined) command.optionsGroup(row.cli.group);
    command.addOption(flagOf(row));
  }
  return command;
}

/** The options that a command line with these flags asks for. */
export function askedOptions(values: Readonly<Record<string, unknown>>, table: OptionTable = optionTable): TaskOptions {
  const asked = Object.entries(table).map(([name, row]): [string, unknown] => {
    const given = values[flagOf(row).attributeName()];
    if (given === undefined) return [name, row.initial];
    if (row.cli.values !== undefined && typeof given === "string") return [name, row.cli.values[given]];
    return [name, row.cli.value ?? given];
  });
  return Object.fromEntries(asked) as TaskOptions;
}

/** Returns the first contradiction between flags; undefined if there is none. The api checks everything else. */
export function contradiction(
  options: TaskOptions,
  values: Readonly<Record<string, unknown>>,
  table: OptionTable = optionTable,
): string | undefined {
  const name = (option: string): string => (table[option] === undefined ? option : (flagOf(table[option]).long ?? ""));
  const value = (option: string, meant: string): string =>
    Object.entries(table[option]?.cli.values ?? {}).find(([, each]) => each === meant)?.[0] ?? meant;
  const [first] = contradictions(options, { name, value }, table);
  if (first !== undefined) return `${name(String(first.path[0]))} ${first.words}`;
  const alone = Object.entries(table).find(
    ([, row]) =>
      row.cli.with !== undefined &&
      values[flagOf(row).attributeName()] !== undefined &&
      options[row.cli.with] === table[row.cli.with]?.initial,
  );
  return alone === undefined ? undefined : `${name(alone[0])} goes with ${name(alone[1].cli.with ?? "")}`;
}

/** The flag of a row; its text is read by the row's kind. */
function flagOf({ kind, cli }: OptionTable[string]): Option {
  const flag = new Option(cli.flags, cli.help);
  switch (kind) {
    case "words":
      return flag.argParser(wordsArgument);
    case "count":
      return flag.argParser(countArgument);
    case "day":
      return flag.argParser(dayArgument);
    case "sections":
      return flag.argParser(sectionArgument);
    case "choice":
      return cli.values === undefined ? flag : flag.choices(Object.keys(cli.values));
    case "flag":
      return flag;
  }
}

/** "1:30-2:00"; the flag may be given several times. */
function sectionArgument(text: string, before: TaskOptions["sections"] = []): TaskOptions["sections"] {
  const section = readSection(text);
  if (section === undefined) throw new InvalidArgumentError("It must be like 1:30-2:00, 90-120, 10:00- or -30.");
  return [...before, section];
}

function dayArgument(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError("It must be a day such as 2026-01-31.");
  return text;
}
