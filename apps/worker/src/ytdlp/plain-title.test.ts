import assert from "node:assert/strict";
import { test } from "node:test";
import { plainTitle } from "./plain-title.ts";

const cases: [string, string, string][] = [
  ["scripts, emoji and separators stay", "Привет 👨‍👩‍👧 a/b \\ «c»: 100% ?", "Привет 👨‍👩‍👧 a/b \\ «c»: 100% ?"],
  ["line ends are blanks", "one\r\ntwo\u2028three\tfour", "one two three four"],
  ["controls go, an escape sequence with them", "a\u0000b\u001B[31mc\u0085\u007F", "ab[31mc"],
  ["marks of direction go", "\u202Efdp.exe\u202C \u2066x\u2069", "fdp.exe x"],
  ["half a character is a sign of that", "a\uD83D", "a\uFFFD"],
  ["blanks around it go", "  a  b  ", "a b"],
  ["500 characters are the most, and none is cut in two", "😀".repeat(10_000), "😀".repeat(500)],
];

for (const [guarantee, title, plain] of cases)
  test(guarantee, () => {
    assert.equal(plainTitle(title), plain);
  });
