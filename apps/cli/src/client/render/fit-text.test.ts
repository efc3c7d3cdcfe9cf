import assert from "node:assert/strict";
import { test } from "node:test";
import { cutText, padText, textWidth } from "./fit-text.ts";

const cuts: [text: string, columns: number, expected: string][] = [
  ["short", 10, "short"],
  ["exact", 5, "exact"],
  ["too long", 5, "too…"],
  ["too long", 1, "…"],
  ["any", 0, ""],
  ["any", -3, ""],
  ["日本語の題", 10, "日本語の題"],
  ["日本語の題", 9, "日本語の…"],
  ["日本語の題", 8, "日本語…"],
  ["👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 5, "👨‍👩‍👧👨‍👩‍👧…"],
  ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
];

for (const [text, columns, expected] of cuts) {
  test(`"${text}" cut to ${columns} columns is "${expected}"`, () => {
    const cut = cutText(text, columns);
    assert.equal(cut, expected);
    assert.ok(textWidth(cut) <= Math.max(0, columns));
  });
}

test("pad text: counts columns, not characters", () => {
  assert.equal(padText("日本", 6), "日本  ");
  assert.equal(padText("7", 3, "right"), "  7");
  assert.equal(padText("longer", 3), "longer");
});
