import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Matches a recorded terminal in a document: "```console" … "```". */
export type Transcript = readonly string[];

const block = /^```console\n(.*?)^```$/gms;

function path(document: string): string {
  return join(import.meta.dirname, "../../../docs", document);
}

/** The transcripts of a document, in their order. */
export function readTranscripts(document: string): Transcript[] {
  return [...readFileSync(path(document), "utf8").matchAll(block)].map(([, text = ""]) => text.trimEnd().split("\n"));
}

/** Puts the transcripts into the blocks that are there, in their order; undefined leaves a block as it is. */
export function writeTranscripts(document: string, transcripts: readonly (Transcript | undefined)[]): void {
  let index = -1;
  const text = readFileSync(path(document), "utf8").replaceAll(block, (before) => {
    index += 1;
    const transcript = transcripts[index];
    return transcript === undefined ? before : `\`\`\`console\n${transcript.join("\n")}\n\`\`\``;
  });
  writeFileSync(path(document), text);
}
