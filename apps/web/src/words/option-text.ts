import { sectionText, type TaskOptions } from "@dwld/options";
import { optionWords } from "./options.ts";

/** The words of an option, as code sees them that treats all options alike. */
type Words = { label: string; hint?: string; values?: Readonly<Record<string, string>> };

export function wordsOfOption(name: keyof TaskOptions): Words {
  return optionWords().options[name];
}

/** Returns an option that is asked for, in words: "Sound", "Format of the sound: MP3", "Parts: 1:30-2:00". */
export function optionText(name: keyof TaskOptions, value: TaskOptions[keyof TaskOptions]): string {
  const { label, values = {} } = wordsOfOption(name);
  if (typeof value === "boolean") return label;
  const parts = [value].flat().map((each) => (typeof each === "object" ? sectionText(each) : String(each)));
  return `${label}: ${parts.map((part) => values[part] ?? part).join(", ")}`;
}
