import { TextDecoder } from "node:util";
import { splitAtReturns } from "../failure/terminal-text.ts";

/** How many lines are kept, from the end: the deciding error is among the last. */
const keptLines = 2000;
/** A longer line, as in binary data, is cut. */
const maxPendingLength = 65_536;
const progress = /^\s*\[download\]\s+(?:\d{1,3}(?:\.\d+)?%|Unknown %)/;

/**
 * Returns the last lines of a program's output, in bounded memory. The encoding is UTF-8, or UTF-16 with a byte order mark, as
 * PowerShell's ">" writes it; other bytes become replacement characters. Progress is left out.
 */
export async function readOutput(chunks: AsyncIterable<Buffer>): Promise<string[]> {
  const kept: string[] = [];
  let decoder: TextDecoder | undefined;
  let pending = "";
  const keep = (line: string) => {
    for (const part of splitAtReturns(line)) if (!progress.test(part)) kept.push(copyOf(part));
    // Many at once: removing one by one would be slow.
    if (kept.length > 2 * keptLines) kept.splice(0, kept.length - keptLines);
  };
  const take = (text: string) => {
    const lines = (pending + text).split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) keep(line);
    if (pending.length <= maxPendingLength) return;
    const end = pending.lastIndexOf("\r");
    keep(pending.slice(0, end === -1 ? maxPendingLength : end));
    pending = end === -1 ? "" : pending.slice(end);
  };
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    take(decoder.decode(chunk, { stream: true }));
  }
  take(decoder?.decode() ?? "");
  if (pending !== "") keep(pending);
  return kept.slice(-keptLines);
}

/** Copies a part of a string, which would keep the whole in memory: 64 kB for each line. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

function encodingOf(chunk: Buffer): "utf-16le" | "utf-16be" | "utf-8" {
  const [first, second] = chunk;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return "utf-8";
}
