import assert from "node:assert/strict";
import { test } from "node:test";
import { clipBytes, clipText } from "./clip.ts";
import { escapeHidden, hasControls, hasHidden, withoutHidden } from "./hidden.ts";
import { cleanName, faultOfName } from "./name.ts";
import { oneLine } from "./one-line.ts";

const lines: [what: string, text: string, line: string][] = [
  ["scripts, emoji and separators stay", "Привет a/b \\ «c»: 100% ?", "Привет a/b \\ «c»: 100% ?"],
  ["colours are removed", "\u001B[31mred\u001B[0m", "red"],
  ["a window title is removed", "a\u001B]0;owned\u0007b", "ab"],
  ["a hyperlink is removed", "\u001B]8;;http://evil\u001B\\click\u001B]8;;\u001B\\", "click"],
  ["an escape cut short is removed", "a\u001B", "a"],
  ["an 8-bit control sequence is removed", "a\u009B2Jb", "ab"],
  ["line ends and tabs become spaces", "one\r\ntwo\u2028three\u0085four\tfive", "one two three four five"],
  ["a backspace is removed", "a\bc", "ac"],
  ["a bidirectional override is removed", "fdp.\u202Egpj\u202C", "fdp.gpj"],
  ["isolates and marks of direction are removed", "\u2066a\u2069\u200E\u200F\u061Cb", "ab"],
  ["zero width, soft hyphens and fillers are removed", "a\u200Bb\uFEFFc\u00ADd\u2060e\u3164f\u034Fg", "abcdefg"],
  ["tags are removed, since they carry invisible text", "a\u{E0041}\u{E0042}b", "ab"],
  ["a lone surrogate becomes the replacement character", "a\uD83D", "a\uFFFD"],
  ["a letter and its accent are composed", "e\u0301", "\u00E9"],
  ["a family of one emoji stays", "👨‍👩‍👧", "👨‍👩‍👧"],
  ["a flag, a skin, a key and a heart of emoji stay", "🏳️‍🌈 👩🏽‍🚒 1️⃣ ❤️‍🔥", "🏳️‍🌈 👩🏽‍🚒 1️⃣ ❤️‍🔥"],
  ["a Persian word keeps its non-joiner", "می‌شود", "می‌شود"],
  ["a Sinhala word keeps its joiner", "ක්‍ෂ", "ක්‍ෂ"],
  ["a joiner between Latin letters is removed", "an\u200Dn \u200Cx\u200D", "ann x"],
  ["a variation selector after what it cannot vary is removed", "a\uFE0Fb", "ab"],
  ["spaces around the text are removed", " \u200B  a  b  ", "a b"],
  ["text of hidden characters alone becomes empty", "\u0000\u200B\u3164", ""],
];

for (const [what, text, line] of lines)
  test(`one line: ${what}`, () => {
    assert.equal(oneLine(text), line);
    assert.equal(oneLine(line), line, "cleaning twice changes nothing");
  });

/** No character of these classes reaches a log, a terminal or a file's name, wherever it stands. */
const classes: [name: string, members: readonly (readonly [from: number, to: number])[]][] = [
  [
    "C0 and DEL",
    [
      [0x00, 0x1f],
      [0x7f, 0x7f],
    ],
  ],
  ["C1", [[0x80, 0x9f]]],
  [
    "bidirectional controls",
    [
      [0x061c, 0x061c],
      [0x200e, 0x200f],
      [0x202a, 0x202e],
      [0x2066, 0x2069],
    ],
  ],
  [
    "zero width",
    [
      [0x200b, 0x200b],
      [0x2060, 0x2064],
      [0xfeff, 0xfeff],
    ],
  ],
  ["line and paragraph separators", [[0x2028, 0x2029]]],
  ["interlinear annotations", [[0xfff9, 0xfffb]]],
  ["tags", [[0xe0000, 0xe007f]]],
  ["lone surrogates", [[0xd800, 0xdfff]]],
];

for (const [name, ranges] of classes)
  test(`cleaning: removes ${name}`, () => {
    for (const [from, to] of ranges)
      for (let code = from; code <= to; code += 1) {
        const dirty = `a${String.fromCodePoint(code)}b`;
        for (const clean of [oneLine(dirty), cleanName(dirty)]) {
          assert.match(clean, /^a[ \uFFFD]?b?$/, `U+${code.toString(16)}`);
          assert.ok(!hasHidden(clean) && !hasControls(clean) && clean.isWellFormed());
        }
        assert.notEqual(faultOfName(dirty, 64), undefined, `U+${code.toString(16)}`);
      }
  });

test("one line: is no longer than asked for, and cuts no character in two", () => {
  assert.equal(oneLine("😀".repeat(100), 5), "😀😀😀😀…");
  assert.equal(oneLine("😀".repeat(5), 5), "😀".repeat(5));
  assert.equal(oneLine("abc", 3), "abc");
});

const names: [text: string, name: string][] = [
  ["ann", "ann"],
  ["a/b\\c", "a_b_c"],
  ["..hidden", "hidden"],
  ["-rf", "rf"],
  ["~root", "root"],
  [" - . ~x. . ", "x"],
  ["\u202Etxt.exe", "txt.exe"],
  ["\u200B-rf", "rf"],
  ["..", ""],
  ["\u3164\u200B", ""],
  ["\u2800", ""],
  ["\u0301", ""],
];

for (const [text, name] of names)
  test(`clean name: ${JSON.stringify(text)} becomes ${JSON.stringify(name)}`, () => {
    assert.equal(cleanName(text), name);
    if (name !== "") assert.equal(faultOfName(name, 64), undefined, "a clean name has no fault");
  });

const faults: [name: string, fault: RegExp | undefined][] = [
  ["анна", undefined],
  ["👨‍👩‍👧", undefined],
  ["می‌شود", undefined],
  ["ends-with-", undefined],
  ["a\uD83D", /no valid Unicode/],
  ["a/b", /slash/],
  ["a\u0007", /control character/],
  ["a\u202Eb", /not seen, or that changes the direction/],
  ["a\u200Bb", /not seen/],
  ["a\u200Db", /not seen/],
  ["\u3164", /not seen/],
  ["\u2800", /nothing in it that is seen/],
  [".ssh", /begins with a dot/],
  ["-rf", /begins with a dash/],
  [" a", /begins or ends with a space/],
  ["ж".repeat(33), /takes 66 bytes/],
];

for (const [name, fault] of faults)
  test(`name of a folder: ${JSON.stringify(name).slice(0, 40)} is ${fault === undefined ? "taken" : "refused"}`, () => {
    const said = faultOfName(name, 64);
    if (fault === undefined) assert.equal(said, undefined);
    else assert.match(said ?? "", fault);
  });

test("clip text: keeps no half of a character, and its mark counts", () => {
  assert.equal(clipText("a😀b", 4), "a😀b");
  assert.equal(clipText("a😀b", 3), "a😀");
  assert.equal(clipText("a😀b", 2), "a");
  assert.equal(clipText("a😀bc", 3, "…"), "a…");
  assert.equal(clipText("a😀bc", 4, "…"), "a😀…");
});

test("clip by bytes: keeps whole graphemes that fit", () => {
  assert.equal(clipBytes("жжж", 5), "жж");
  assert.equal(clipBytes("👨‍👩‍👧👨‍👩‍👧", 30), "👨‍👩‍👧");
  assert.equal(clipBytes("abc", 3), "abc");
});

test("JSON for a terminal: hidden characters are escaped, and parse to the same", () => {
  const said = { title: "a\u202Eb\u{E0041}\u2028\u0085 👨‍👩‍👧" };
  const json = escapeHidden(JSON.stringify(said));
  assert.equal(withoutHidden(json), json);
  assert.deepEqual(JSON.parse(json), said);
});
