import { type OptionTable, optionTable, type TaskOptions } from "./option-table.ts";
import type { Texts } from "./row.ts";

/** The fields of the contract's TaskOptions. */
export type MessageFields = { [Name in keyof TaskOptions]: Parameters<(typeof optionTable)[Name]["read"]>[0] };

type WrittenFields = { [Name in keyof TaskOptions]: ReturnType<(typeof optionTable)[Name]["write"]> };

/** A rule that options break, in words that go on after the name of the field; `path` leads to it. */
export type BrokenRule = { readonly path: readonly (string | number)[]; readonly words: string };

/** Reads options from a message. A value that breaks a rule is the default. */
export function readOptions(
  message: Readonly<MessageFields>,
  table: OptionTable = optionTable,
): { options: TaskOptions; broken: BrokenRule[] } {
  const broken: BrokenRule[] = [];
  const values = Object.entries(table).map(([name, row]): [string, unknown] => [
    name,
    row.read(message[name as keyof MessageFields], (words, ...path) => broken.push({ path: [name, ...path], words })),
  ]);
  return { options: Object.fromEntries(values) as TaskOptions, broken };
}

/** Writes options as the fields of a message; a default is unspecified, whichever of both was said. */
export function writeOptions(options: TaskOptions, table: OptionTable = optionTable): WrittenFields {
  const fields = Object.entries(table).map(([name, row]): [string, unknown] => [
    name,
    row.write(options[name as keyof TaskOptions]),
  ]);
  return Object.fromEntries(fields) as WrittenFields;
}

/** How a client writes the name of an option, and a value of it; its language is English unless it says so. */
export type Spelling = {
  readonly language?: keyof Texts;
  readonly name: (option: string) => string;
  readonly value: (option: string, value: string) => string;
};

/** The options of which two cannot be meant together. */
export function contradictions(
  options: TaskOptions,
  spelling: Spelling,
  table: OptionTable = optionTable,
): BrokenRule[] {
  return Object.entries(table).flatMap(([name, row]) =>
    isAsked(options, name, row)
      ? (row.conflicts ?? [])
          .filter(([isBroken]) => isBroken(options))
          .map(([, words]) => ({ path: [name], words: spell(words, name, spelling) }))
      : [],
  );
}

function spell(words: Texts, option: string, { language = "en", name, value }: Spelling): string {
  return words[language].replaceAll(/\{(=?)(\w+)\}/g, (_, isValue: string, word: string) =>
    isValue === "" ? name(word) : value(option, word),
  );
}

/** Whether an option has another value than its default. */
export function isAsked(
  options: TaskOptions,
  name: string,
  { initial }: Pick<OptionTable[string], "initial">,
): boolean {
  const value = options[name as keyof TaskOptions];
  return typeof value === "object" ? JSON.stringify(value) !== JSON.stringify(initial) : value !== initial;
}
