import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  contradictions,
  defaultOptions,
  isAsked,
  type OptionTable,
  optionTable,
  readSection,
  sectionText,
  type TaskOptions,
  writeOptions,
} from "@dwld/options";
import type { AddTaskRequestSchema, TaskOptionsSchema } from "@dwld/rpc";
import { language } from "../../words/language.ts";
import { optionText, wordsOfOption } from "../../words/option-text.ts";
import { optionWords } from "../../words/options.ts";
import type { Extras } from "../extras.ts";

export type OptionName = keyof TaskOptions;
type Row = OptionTable[string];

/** Sound is chosen beside the quality. */
export const optionNames = (Object.keys(optionTable) as OptionName[]).filter((name) => name !== "audioOnly");

export function rowOf(name: OptionName): Row {
  return optionTable[name];
}

/** All options, with those that were not asked for. Values that this version does not know are left out. */
function allOptions({ options }: Extras, sound: boolean): TaskOptions {
  const known = Object.entries(options).filter(([name, value]) => isOf(optionTable[name as OptionName], value));
  return { ...defaultOptions, ...Object.fromEntries(known), audioOnly: sound };
}

/** A value that was kept may be of another version of the page. */
function isOf(row: Row | undefined, value: unknown): boolean {
  if (row === undefined) return false;
  try {
    let isRight = typeof value === typeof row.initial && Array.isArray(value) === Array.isArray(row.initial);
    if (typeof value === "number") isRight &&= Number.isInteger(value) && value >= 0;
    row.read(row.write(value), () => (isRight = false));
    return isRight;
  } catch {
    return false;
  }
}

/** Returns the extras with another value of an option; a default is not kept. */
export function withOption(extras: Extras, name: OptionName, value: unknown): Extras {
  const options = { ...extras.options, [name]: value };
  if (!isAsked({ ...defaultOptions, ...options }, name, optionTable[name])) delete options[name];
  return { ...extras, options };
}

/** Returns the fields of a request. */
export function fieldsOf(extras: Extras, sound: boolean): MessageInitShape<typeof AddTaskRequestSchema> {
  const { folder, userName, startAfter } = extras;
  const start = new Date(startAfter);
  return {
    folder: folder.trim(),
    userName: userName.trim(),
    options: writeOptions(allOptions(extras, sound)) as MessageInitShape<typeof TaskOptionsSchema>,
    ...(Number.isNaN(start.getTime()) ? {} : { startAfter: timestampFromDate(start) }),
  };
}

/** Returns what is wrong with options: a value that breaks a rule, or options that cannot be meant together. */
export function faultsOf(extras: Extras, sound: boolean): ReadonlyMap<string, string> {
  const words = optionWords();
  const name = (option: string): string => words.quoted(wordsOfOption(option as OptionName).label);
  const value = (option: string, meant: string): string =>
    words.quoted(wordsOfOption(option as OptionName).values?.[meant] ?? meant);
  const wrong = Object.entries(extras.options)
    .filter(([option, given]) => option in optionTable && !isOf(rowOf(option as OptionName), given))
    .map(([option, given]) => [option, words.unreadable(textOf(option as OptionName, given))] as const);
  const broken = contradictions(allOptions(extras, sound), { language: language.value, name, value }).map(
    ({ path: [option], words: rule }) => [String(option), `${name(String(option))} ${rule}`] as const,
  );
  return new Map([...broken, ...wrong]);
}

/** The value of an option as a field for text shows it. */
export function textOf(name: OptionName, value: unknown): string {
  if (name === "sections" && isOf(rowOf(name), value))
    return (value as TaskOptions["sections"]).map(sectionText).join(", ");
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** Reads what was typed into a field for text: the value, or the word that cannot be read. */
export function readText(name: OptionName, text: string): { value: readonly unknown[] } | { unreadable: string } {
  const isSections = rowOf(name).kind === "sections";
  const words = text.split(isSections ? /[,;\n]/ : /[,;\s]/).flatMap((word) => word.trim() || []);
  const read = (word: string): unknown => (isSections ? readSection(word) : word);
  const wrong = words.find((word) => read(word) === undefined || !isOf(rowOf(name), [read(word)]));
  return wrong === undefined ? { value: [...new Set(words.map(read))] } : { unreadable: wrong };
}

/** Returns what is asked for in few words each, and how to take each away. */
export function chipsOf(extras: Extras, sound: boolean): { text: string; without: Extras }[] {
  const all = allOptions(extras, sound);
  const ofOptions = optionNames
    .filter((name) => isAsked(all, name, rowOf(name)))
    .map((name) => ({ text: optionText(name, all[name]), without: withOption(extras, name, rowOf(name).initial) }));
  const words = optionWords();
  const { folder, userName, startAfter } = extras;
  return [
    ...ofOptions,
    ...(userName === "" ? [] : [{ text: `${words.userName}: ${userName}`, without: { ...extras, userName: "" } }]),
    ...(folder === "" ? [] : [{ text: `${words.folder}: ${folder}`, without: { ...extras, folder: "" } }]),
    ...(startAfter === ""
      ? []
      : [{ text: `${words.startAfter}: ${startText(startAfter)}`, without: { ...extras, startAfter: "" } }]),
  ];
}

function startText(startAfter: string): string {
  const of = language.value === "en" ? "en-GB" : language.value;
  return new Date(startAfter).toLocaleString(of, { dateStyle: "medium", timeStyle: "short" });
}
