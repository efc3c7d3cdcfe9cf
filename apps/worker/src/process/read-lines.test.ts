import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { readLines } from "./read-lines.ts";

const read = (chunks: (string | Buffer)[], mostLetters = 10) =>
  Array.fromAsync(readLines(Readable.from(chunks, { objectMode: false }), mostLetters));

test("lines of a program: each end of a line ends one, wherever the chunks are cut", async () => {
  const text = "a\nb\r\nc\rd\n\ne";
  const whole = ["a", "b", "c", "d", "", "e"];
  assert.deepEqual(await read([text]), whole);
  assert.deepEqual(await read(text.split("")), whole);
});

test("lines of a program: the last one needs no end, and no output is no line", async () => {
  assert.deepEqual(await read(["a\n"]), ["a"]);
  assert.deepEqual(await read(["a"]), ["a"]);
  assert.deepEqual(await read([]), []);
});

test("lines of a program: of one that is too long comes its beginning, and the next is whole", async () => {
  assert.deepEqual(await read(["123456789012", "345\nabc\n"]), ["1234567890", "abc"]);
  assert.deepEqual(await read(["1234567890", "\nabc"]), ["1234567890", "abc"]);
  assert.deepEqual(await read(["12345678901\n", "abc"]), ["1234567890", "abc"]);
});

test("lines of a program: a letter whose bytes come in two chunks is one letter", async () => {
  const bytes = Buffer.from("漢é\n");
  assert.deepEqual(await read([...bytes].map((byte) => Buffer.from([byte]))), ["漢é"]);
});
