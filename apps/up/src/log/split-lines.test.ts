import assert from "node:assert/strict";
import { test } from "node:test";
import { splitLines } from "./split-lines.ts";

function linesOf(...chunks: (string | Buffer)[]): string[] {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line));
  for (const chunk of chunks) splitter.take(Buffer.from(chunk));
  splitter.end();
  return lines;
}

test("split lines: a line arrives whole, wherever the pieces of the stream end, in the middle of a letter too", () => {
  assert.deepEqual(linesOf("a\nb", "c\n", "\nd"), ["a", "bc", "d"]);
  const bytes = Buffer.from("привет 🌊\n");
  assert.deepEqual(linesOf(...[...bytes].map((byte) => Buffer.of(byte))), ["привет 🌊"]);
});

test("split lines: a line without an end takes bounded memory, and the next one is whole", () => {
  const endless = Buffer.alloc(1024 * 1024, "x");
  const [cut, next] = linesOf(endless, endless, "\nnext\n");
  assert.deepEqual([cut?.length, next], [256 * 1024, "next"]);
});
