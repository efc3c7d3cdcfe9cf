import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanText } from "./clean-text.ts";

const cases: [what: string, text: string, expected: string][] = [
  ["plain text", "A film, part 2", "A film, part 2"],
  ["colours", "\u001b[31mred\u001b[0m", "red"],
  ["a window title", "a\u001b]0;owned\u0007b", "ab"],
  ["a hyperlink", "\u001b]8;;http://evil\u001b\\click\u001b]8;;\u001b\\", "click"],
  ["an escape cut short", "a\u001b", "a"],
  ["an 8-bit control sequence", "a\u009b2Jb", "ab"],
  ["line ends", "one\r\ntwo\u2028three\u0085four", "one two three four"],
  ["a tab and a backspace", "a\tb\bc", "a b c"],
  ["a bidirectional override", "fdp.\u202egpj\u202c", "fdp.gpj"],
  ["isolates and marks", "\u2066a\u2069\u200e\u200f\u061cb", "ab"],
  ["invisible characters", "a\u200bb\ufeffc\u00add", "abcd"],
  ["half a surrogate pair", "a\ud83d", "a\ufffd"],
  ["a family of one emoji", "👨‍👩‍👧", "👨‍👩‍👧"],
  ["a Persian word with its non-joiner", "می‌شود", "می‌شود"],
  ["nothing but controls", "\u0000\u0001", ""],
];

for (const [what, text, expected] of cases) {
  test(`a title cannot steer the terminal: ${what}`, () => {
    assert.equal(cleanText(text), expected);
  });
}
