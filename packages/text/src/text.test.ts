import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeHidden, withoutHidden } from "./hidden.ts";
import { cleanName, clipBytes, faultOfName } from "./name.ts";
import { oneLine } from "./one-line.ts";

const lines: [what: string, text: string, line: string][] = [
  ["scripts, emoji and separators stay", "Привет a/b \\ «c»: 100% ?", "Привет a/b \\ «c»: 100% ?"],
  ["colours go", "\u001B[31mred\u001B[0m", "red"],
  ["a window title goes", "a\u001B]0;owned\u0007b", "ab"],
  ["a hyperlink goes", "\u001B]8;;http://evil\u001B\\click\u001B]8;;\u001B\\", "click"],
  ["an escape cut short goes", "a\u001B", "a"],
  ["an 8-bit control sequence goes", "a\u009B2Jb", "ab"],
  ["line ends and tabs are blanks", "one\r\ntwo\u2028three\u0085four\tfive", "one two three four five"],
  ["a backspace goes", "a\bc", "ac"],
  ["a bidirectional override goes", "fdp.\u202Egpj\u202C", "fdp.gpj"],
  ["isolates and marks of direction go", "\u2066a\u2069\u200E\u200F\u061Cb", "ab"],
  ["zero width, soft hyphens and fillers go", "a\u200Bb\uFEFFc\u00ADd\u2060e\u3164f\u034Fg", "abcdefg"],
  ["tags go: they carry a text that nobody sees", "a\u{E0041}\u{E0042}b", "ab"],
  ["half a character is a sign of that", "a\uD83D", "a\uFFFD"],
  ["a letter and its accent are one", "e\u0301", "\u00E9"],
  ["a family of one emoji stays", "👨‍👩‍👧", "👨‍👩‍👧"],
  ["a flag, a skin, a key and a heart of emoji stay", "🏳️‍🌈 👩🏽‍🚒 1️⃣ ❤️‍🔥", "🏳️‍🌈 👩🏽‍🚒 1️⃣ ❤️‍🔥"],
  ["a Persian word keeps its non-joiner", "می‌شود", "می‌شود"],
  ["an Indian one its joiner", "ක්‍ෂ", "ක්‍ෂ"],
  ["a joiner between Latin letters goes", "an\u200Dn \u200Cx\u200D", "ann x"],
  ["a selector behind nothing it can vary goes", "a\uFE0Fb", "ab"],
  ["blanks around it go", " \u200B  a  b  ", "a b"],
  ["nothing is left of nothing", "\u0000\u200B\u3164", ""],
];

for (const [what, text, line] of lines)
  test(`one line of a stranger's text: ${what}`, () => {
    assert.equal(oneLine(text), line);
    assert.equal(oneLine(line), line, "once is enough");
  });

test("one line of a stranger's text: no longer than asked for, and no character is cut in two", () => {
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
  test(`a name of a stranger's text: ${JSON.stringify(text)} becomes ${JSON.stringify(name)}`, () => {
    assert.equal(cleanName(text), name);
    if (name !== "") assert.equal(faultOfName(name, 64), undefined, "what is clean is taken");
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
  test(`a folder's name: ${JSON.stringify(name).slice(0, 40)} is ${fault === undefined ? "taken" : "refused"}`, () => {
    const said = faultOfName(name, 64);
    if (fault === undefined) assert.equal(said, undefined);
    else assert.match(said ?? "", fault);
  });

test("a text cut by bytes: whole graphemes, and no more than there is room for", () => {
  assert.equal(clipBytes("жжж", 5), "жж");
  assert.equal(clipBytes("👨‍👩‍👧👨‍👩‍👧", 30), "👨‍👩‍👧");
  assert.equal(clipBytes("abc", 3), "abc");
});

test("JSON for a terminal: hidden characters are escaped, and mean the same", () => {
  const said = { title: "a\u202Eb\u{E0041}\u2028\u0085 👨‍👩‍👧" };
  const json = escapeHidden(JSON.stringify(said));
  assert.equal(withoutHidden(json), json);
  assert.deepEqual(JSON.parse(json), said);
});
