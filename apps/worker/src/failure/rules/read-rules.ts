import { readFileSync } from "node:fs";
import { isFailureClass } from "../failure-class.ts";
import { countryNames } from "./country-names.ts";
import { isConfidence, type Rule } from "./rule.ts";

/** Lists of words by their names; each is the source of a regular expression. */
export type Words = Map<string, string>;

/** A line of a table, and where it stands: "gone.txt:12". */
type Line = { readonly text: string; readonly at: string };
type Section = { readonly heading: Line; readonly patterns: Line[] };

/**
 * Reads a table of rules; README.md in this folder describes its form. Throws an error that names the file and the line
 * if a line is not what it should be.
 *
 * @param table its path.
 * @param words the lists that patterns may name; those that the table defines are added.
 * @param headings those that a table of a language may have, beside lists of words; any if it is left out.
 */
export function readRules(table: string, words: Words, headings?: readonly string[]): Rule[] {
  const rules: Rule[] = [];
  for (const { heading, patterns } of sectionsOf(table)) {
    if (headings?.includes(heading.text) === false && !heading.text.startsWith("{"))
      throw new Error(`${heading.at}: "${heading.text}:" is none of the headings that README.md names for languages`);
    const source = patterns.map((pattern) => sourceOf(pattern, words)).join("|");
    const list = /^\{([a-zA-Z]+)\}$/.exec(heading.text)?.[1];
    if (patterns.length === 0) throw new Error(`${heading.at}: no pattern follows "${heading.text}:"`);
    if (list !== undefined) addWords(words, list, source);
    else if (heading.text === "unless") rules.push(withUnless(rules.pop(), source, heading));
    else rules.push({ ...claimOf(heading), when: new RegExp(source, "u") });
  }
  return rules;
}

function addWords(words: Words, list: string, source: string): void {
  const known = words.get(list);
  words.set(list, known === undefined ? source : `${known}|${source}`);
}

function withUnless(rule: Rule | undefined, source: string, { at }: Line): Rule {
  if (rule === undefined) throw new Error(`${at}: "unless:" follows no rule`);
  return { ...rule, unless: new RegExp(source, "u") };
}

/** "gone" or "gone, medium". */
function claimOf({ text, at }: Line): Pick<Rule, "failureClass" | "confidence"> {
  const [failureClass = "", confidence, ...more] = text.split(/, */);
  if (!isFailureClass(failureClass)) throw new Error(`${at}: "${failureClass}" is no class of failures`);
  if (confidence === undefined) return { failureClass };
  if (!isConfidence(confidence) || more.length > 0) throw new Error(`${at}: a confidence is high, medium or low`);
  return { failureClass, confidence };
}

function sectionsOf(path: string): Section[] {
  const sections: Section[] = [];
  for (const [index, line] of readFileSync(path, "utf8").normalize("NFKC").split("\n").entries()) {
    const text = line.trim();
    const at = `${path}:${index + 1}`;
    if (text === "" || text.startsWith("#")) continue;
    if (!line.startsWith(" ")) {
      if (!text.endsWith(":")) throw new Error(`${at}: a heading ends with ":", and a pattern is indented`);
      sections.push({ heading: { text: text.slice(0, -1), at }, patterns: [] });
      continue;
    }
    const section = sections.at(-1);
    if (section === undefined) throw new Error(`${at}: a pattern stands below a heading`);
    section.patterns.push({ text, at });
  }
  return sections;
}

/** A repetition without an end of what may be more than one word: "." or a blank, a group, or all signs but a few. */
const endless = /^(?:\\.|\[(?:\\.|[^\]\\])*\]|[^\\[])*?(?:[.)]|\[\^(?:\\.|[^\]\\])*\]|\\s)(?:[*+]|\{\d+,\})/;

/** Parts of a pattern that have letters, and are none of a sentence: a list of words, "\p{L}", "\S", "\u00df". */
const notation = /\{[^}]*\}|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\./gu;

function sourceOf({ text, at }: Line, words: Words): string {
  if (/\p{Lu}/u.test(text.replaceAll(notation, "")))
    throw new Error(`${at}: an upper-case letter fits no sentence, since all are compared in lower case: ${text}`);
  if (endless.test(text)) throw new Error(`${at}: a repetition needs an end, such as {0,40}: ${text}`);
  const source = text.replaceAll(
    /(?<!\\p)\{(?:country:([a-zA-Z-]+?)(?:-(\d))?|([a-zA-Z]+))\}/g,
    (whole, language: string | undefined, ending: string | undefined, list: string) => {
      const alternatives =
        language === undefined ? words.get(list) : countryNames(language, Number(ending ?? 0)).join("|");
      if (alternatives === undefined) throw new Error(`${at}: ${whole} is no list of words`);
      return `(?:${alternatives})`;
    },
  );
  try {
    RegExp(source, "u");
  } catch (error) {
    throw new Error(`${at}: ${text} is no regular expression`, { cause: error });
  }
  return source;
}
