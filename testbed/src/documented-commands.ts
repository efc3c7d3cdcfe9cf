import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Returns the blocks of commands in a section of docs/. */
export function documentedCommands(document: string, heading: string): string[] {
  const text = readFileSync(join(import.meta.dirname, "../../docs", document), "utf8");
  const section = text.slice(text.indexOf(`\n## ${heading}\n`)).split(/\n## /)[1] ?? "";
  return [...section.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = ""]) => block);
}
