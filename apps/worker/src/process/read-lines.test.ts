import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { readLines } from "./read-lines.ts";

const read = (chunks: (string | Buffer)[], maxLength = 10) =>
  Array.fromAsync(readLines(Readable.from(chunks, { objectMode: false }), maxLength));

test("read lines: every kind of line end works, wherever the chunks are cut", async () => {
  const text = "a\nb\r\nc\rd\n\ne";
  const whole = ["a", "b", "c", "d", "", "e"];
  assert.deepEqual(await read([text]), whole);
  assert.deepEqual(await read(text.split("")), whole);
});

test("read lines: the last line needs no end, and no output is no line", async () => {
  assert.deepEqual(await read(["a\n"]), ["a"]);
  assert.deepEqual(await read(["a"]), ["a"]);
  assert.deepEqual(await read([]), []);
});

test("read lines: a line that is too long is cut, and the next is whole", async () => {
  assert.deepEqual(await read(["123456789012", "345\nabc\n"]), ["1234567890", "abc"]);
  assert.deepEqual(await read(["1234567890", "\nabc"]), ["1234567890", "abc"]);
  assert.deepEqual(await read(["12345678901\n", "abc"]), ["1234567890", "abc"]);
});

test("read lines: a character whose bytes come in two chunks is one character", async () => {
  const bytes = Buffer.from("漢é\n");
  assert.deepEqual(await read([...bytes].map((byte) => Buffer.from([byte]))), ["漢é"]);
});
