import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMessages } from "./parse-messages.ts";

const parse = (text: string) => parseMessages(text.split("\n")).map(({ level, text: said }) => [level, said]);

test("messages: an error has the lines that continue it, and no others", () => {
  assert.deepEqual(
    parse("ERROR: [a] b: Not here\nThis video is available in Germany.\nYou might want a VPN\n\nelse\nERROR: next"),
    [
      ["error", "[a] b: Not here This video is available in Germany. You might want a VPN"],
      ["other", "else"],
      ["error", "next"],
    ],
  );
});

test("messages: colours, control characters and line ends of Windows are no part of it", () => {
  assert.deepEqual(parse("\u001B[0;31mERROR:\u001B[0m [a] b: \u200Bx\u0007\r\nERROR: c\r"), [
    ["error", "[a] b: x"],
    ["error", "c"],
  ]);
});

test("messages: an error after a carriage return is one line, whoever split it", () => {
  const expected = [["error", "[download] Got error: x"]];
  assert.deepEqual(parse("ERROR: \r[download] Got error: x"), expected);
  assert.deepEqual(parse("ERROR: \n[download] Got error: x"), expected);
  assert.deepEqual(parse("[download]  1.0%\r[download]  2.0%\rERROR: \r[download] Got error: x").at(-1), expected[0]);
});

test("messages: a traceback is not the error's text, and its exception stands alone", () => {
  assert.deepEqual(
    parse(
      "ERROR: a\nTraceback (most recent call last):\n  File \"x.py\", line 1, in f\n    g()\nKeyError: 'private'\n",
    ),
    [
      ["error", "a"],
      ["traceback", "KeyError: 'private'"],
    ],
  );
});

test("messages: a word that a console has wrapped is put together", () => {
  const wide = "ERROR: [youtube] a: This video has been removed for violating YouTube's Community Guide";
  const info = "[youtube] Extracting URL: https://www.youtube.com/watch?v=aaaaaaaaaaa&list=PLaaaaaaaaaa".padEnd(
    wide.length,
    "x",
  );
  assert.deepEqual(parse(`${info}\nxyz\n${wide}\nlines`).at(-1), ["error", `${wide.slice(7)}lines`]);
});

test("messages: a title that says ERROR is no error", () => {
  assert.deepEqual(parse("[download] Destination: ERROR: 404.mp4"), [["info", "Destination: ERROR: 404.mp4"]]);
});
