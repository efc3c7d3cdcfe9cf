import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeComparison, describeResults, describeRows, putBlock } from "./document.ts";
import { drawPicture } from "./picture.ts";
import { readResults } from "./results.ts";

export const docs = join(import.meta.dirname, "../../docs");

/** Returns the files of docs/ that have figures of the record, by name, as they are to be. */
export function documentsOfRecord(): Record<string, string> {
  const results = readResults("results");
  const comparison = readResults("before-and-after");
  return {
    "performance.md": withBlocks("performance.md", {
      results: results && `${picture}\n\n${describeResults(results)}`,
      "before and after": comparison && describeComparison(comparison),
    }),
    "scaling.md": withBlocks("scaling.md", {
      "one machine": results && describeRows(results, isOfOneMachine),
      "several machines": results && describeRows(results, isOfSeveralMachines),
    }),
    ...(results && { "performance.svg": drawPicture(results) }),
  };
}

const picture = "![Each target, and how much of what it allows was needed](performance.svg)";

type Chosen = Parameters<typeof describeRows>[1];

/** Chooses rows that say how much one machine downloads, and how much its table takes. */
const isOfOneMachine: Chosen = (question, what) =>
  (question === "short-videos" && !what.includes(":")) ||
  (question === "enqueue" && /^(AddTask, .* 64 callers|links by AddTasks)/.test(what)) ||
  (question === "history" && what.startsWith("claim"));

const isOfSeveralMachines: Chosen = (question, what) =>
  question === "engines" || question === "hosts" || what.startsWith("PostgreSQL:");

function withBlocks(name: string, blocks: Readonly<Record<string, string | undefined>>): string {
  let document = readDocument(name);
  for (const [block, text] of Object.entries(blocks)) document = putBlock(document, block, text ?? notYet);
  return document;
}

const notYet = "Not measured yet.";

export function readDocument(name: string): string {
  return readFileSync(join(docs, name), "utf8");
}
