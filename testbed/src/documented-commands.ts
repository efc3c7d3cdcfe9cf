import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Returns the blocks of commands in a section of docs/. */
export function documentedCommands(document: string, heading: string): string[] {
  const text = readDocument(document);
  const section = text.slice(text.indexOf(`\n## ${heading}\n`)).split(/\n## /)[1] ?? "";
  return blocksIn(section, "sh");
}

/** Returns the blocks of a language in one of docs/. */
export function documentedBlocks(document: string, language: string): string[] {
  return blocksIn(readDocument(document), language);
}

function readDocument(name: string): string {
  return readFileSync(join(import.meta.dirname, "../../docs", name), "utf8");
}

function blocksIn(text: string, language: string): string[] {
  const fence = "```";
  return [...text.matchAll(new RegExp(`^${fence}${language}\\n(.*?)^${fence}`, "gms"))].map(([, block = ""]) => block);
}
