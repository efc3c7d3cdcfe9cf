import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeComparison, describeResults, putBlock } from "./document.ts";
import { drawPicture } from "./picture.ts";
import { readResults } from "./results.ts";

export const docs = join(import.meta.dirname, "../../docs");

/** Returns the files of docs/ that have figures of the record, by name, as they are to be. */
export function documentsOfRecord(): Record<string, string> {
  const results = readResults("results");
  const comparison = readResults("before-and-after");
  const blocks = {
    results:
      results === undefined
        ? notYet
        : `![Each target, and how much of what it allows was needed](performance.svg)\n\n${describeResults(results)}`,
    "before and after": comparison === undefined ? notYet : describeComparison(comparison),
  };
  let document = readDocument("performance.md");
  for (const [name, text] of Object.entries(blocks)) document = putBlock(document, name, text);
  return { "performance.md": document, ...(results && { "performance.svg": drawPicture(results) }) };
}

const notYet = "Not measured yet.";

export function readDocument(name: string): string {
  return readFileSync(join(docs, name), "utf8");
}
