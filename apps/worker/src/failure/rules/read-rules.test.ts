import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readRules, type Words } from "./read-rules.ts";
import { fits } from "./rule.ts";

const folder = mkdtempSync(join(tmpdir(), "dwld-rules-"));
after(() => rmSync(folder, { recursive: true }));

function read(text: string, words: Words = new Map(), headings?: readonly string[]) {
  const path = join(folder, "table.txt");
  writeFileSync(path, text);
  return readRules(path, words, headings);
}

test("table of rules: a heading is a class, an indented line a pattern, and unless takes the rule above back", () => {
  const rules = read(
    "# Comment\n\ngone, medium:\n  removed\n  # why\n  not here\nunless:\n  \\bif\\b\nprivate:\n  friends\n",
  );
  assert.deepEqual(
    rules.map(({ failureClass, confidence }) => [failureClass, confidence]),
    [
      ["gone", "medium"],
      ["private", undefined],
    ],
  );
  const told = (text: string) => rules.map((rule) => fits(rule, text));
  assert.deepEqual(told("it is not here"), [true, false]);
  assert.deepEqual(told("if it was removed"), [false, false]);
  assert.deepEqual(told("for friends"), [false, true]);
});

test("table of rules: a list of words is one of its words, grows from table to table, and may hold another", () => {
  const words: Words = new Map();
  read("{noun}:\n  videos?\n  clip", words);
  read("{noun}:\n  song\n{thing}:\n  the {noun}", words);
  const [rule] = read("gone:\n  ^no {thing}$\n  only in {country:de-1}", words);
  assert.ok(rule);
  for (const text of ["no the videos", "no the song", "only in deutschland"]) assert.ok(fits(rule, text), text);
  for (const text of ["no the", "no the songs"]) assert.ok(!fits(rule, text), text);
});

test("table of rules: a mistake is an error that names its line", () => {
  const mistakes: [text: string, error: RegExp][] = [
    ["\ngonne:\n  x", /table\.txt:2: "gonne" is no class/],
    ["gone, sure:\n  x", /table\.txt:1: a confidence is high, medium or low/],
    ["gone:\n  x\n  (x", /table\.txt:3: \(x is no regular expression/],
    ["gone:\n  {noum} x", /table\.txt:2: \{noum\} is no list of words/],
    ["gone:\nprivate:\n  x", /table\.txt:1: no pattern follows "gone:"/],
    ["gone:\nx", /table\.txt:2: a heading ends with ":"/],
    ["  x", /table\.txt:1: a pattern stands below a heading/],
    ["unless:\n  x", /table\.txt:1: "unless:" follows no rule/],
    ["gone:\n  x\n  Gelöscht", /table\.txt:3: an upper-case letter fits no sentence/],
    ["gone:\n  \\bУдалено", /table\.txt:2: an upper-case letter fits no sentence/],
    ["{noun}:\n  Ärger", /table\.txt:2: an upper-case letter fits no sentence/],
    ...["a.*b", "(?:a )+b", "[^a]*b", "a.{2,}b", "a\\s+b", "\\[a.+"].map((pattern): [string, RegExp] => [
      `gone:\n  ${pattern}`,
      /table\.txt:2: a repetition needs an end/,
    ]),
  ];
  for (const [text, error] of mistakes) assert.throws(() => read(text), error, text);
});

test("table of rules: capitals of the notation are no letters of a sentence", () => {
  const words: Words = new Map([["upTo", "x{0,2}"]]);
  const [rule] = read("gone:\n  ^\\S\\p{Script=Latin}\\u00DF\\xDF\\W{upTo}{country:zh-Hant}$", words);
  assert.ok(rule && fits(rule, "abßß x日本"));
});

test("table of rules: one of a language has the headings of languages, and a mistake is named with its line", () => {
  const ofLanguage = (text: string) => read(text, new Map(), ["gone", "unknown"]);
  const rules = ofLanguage("{noun}:\n  lied\ngone:\n  {noun} weg\nunknown:\n  später");
  assert.deepEqual(
    rules.map(({ failureClass }) => failureClass),
    ["gone", "unknown"],
  );
  for (const heading of ["too_large", "gonne", "gone, medium", "unless"]) {
    const error = new RegExp(`table\\.txt:3: "${heading}:" is none of the headings that README.md names for languages`);
    assert.throws(() => ofLanguage(`gone:\n  x\n${heading}:\n  y`), error);
  }
});

test("table of rules: a repetition with an end, of one word, or in brackets is none without one", () => {
  const [rule] = read("gone:\n  a.{0,40}b\n  \\S* c\n  \\w+ d\n  \\.* e\n  [.)*+] f\n  \\)* g");
  assert.ok(rule && fits(rule, "axxb"));
});
