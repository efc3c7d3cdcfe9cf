import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The commands that a section of docs/ gives, block by block. */
export function documentedCommands(document: string, heading: string): string[] {
  const text = readFileSync(join(import.meta.dirname, "../../docs", document), "utf8");
  const section = text.slice(text.indexOf(`\n## ${heading}\n`)).split(/\n## /)[1] ?? "";
  return [...section.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = ""]) => block);
}
