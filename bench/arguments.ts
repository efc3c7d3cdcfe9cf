import { parseArgs } from "node:util";

export type Asked = {
  /** Questions, in the order of the table; all if none was named. */
  names: readonly string[];
  isWhole: boolean;
  quick: boolean;
  /** A commit or a folder, to be measured in place of the neighbours. */
  against: string | undefined;
};

/** @throws TypeError with a sentence for the person who typed it. */
export function parseWords(words: readonly string[], known: { questions: string[]; comparisons: string[] }): Asked {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { quick: { type: "boolean", default: false }, against: { type: "string" } },
    allowPositionals: true,
  });
  const { quick, against } = values;
  const names = against === undefined ? known.questions : known.comparisons;
  const unknown = positionals.find((word) => !names.includes(word));
  if (unknown !== undefined) {
    const asked = against === undefined ? "there is no question" : "two versions are not compared by";
    throw new TypeError(`${asked} "${unknown}"; these are: ${names.join(", ")}`);
  }
  const isWhole = positionals.length === 0;
  return { names: isWhole ? names : names.filter((name) => positionals.includes(name)), isWhole, quick, against };
}
