import assert from "node:assert/strict";
import { test } from "node:test";
import { plainTitle } from "./plain-title.ts";

test("a title: one line, of at most 500 characters, none of which is cut in two", () => {
  assert.equal(plainTitle("  one\r\ntwo \u202Egpj "), "one two gpj");
  assert.equal(plainTitle("😀".repeat(10_000)), `${"😀".repeat(499)}…`);
});
