import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWords } from "./arguments.ts";

const known = { questions: ["enqueue", "upload", "idle"], comparisons: ["idle"] };

test("arguments: without a name it is a whole run, with names these in the order of the table", () => {
  assert.deepEqual(parseWords([], known), {
    names: known.questions,
    isWhole: true,
    quick: false,
    against: undefined,
  });
  assert.deepEqual(parseWords(["idle", "--quick", "enqueue"], known), {
    names: ["enqueue", "idle"],
    isWhole: false,
    quick: true,
    against: undefined,
  });
  assert.deepEqual(parseWords(["--against", "abc123"], known).names, ["idle"]);
});

test("arguments: a word that is none says which there are", () => {
  assert.throws(() => parseWords(["uplaod"], known), /no question "uplaod".*: enqueue, upload, idle$/);
  assert.throws(() => parseWords(["upload", "--against", "abc123"], known), /not compared by "upload".*: idle$/);
  assert.throws(() => parseWords(["--fast"], known), /--fast/);
});
