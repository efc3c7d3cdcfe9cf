import assert from "node:assert/strict";
import { test } from "node:test";
import { sizeText } from "./size-text.ts";

const cases: [number, string][] = [
  [-5, "0 B"],
  [999, "999 B"],
  [1000, "1.00 kB"],
  [2_147_483_648, "2.15 GB"],
  [999_600, "1.00 MB"],
  [52_400_000, "52.4 MB"],
  [5e15, "5000 TB"],
];

for (const [bytes, text] of cases)
  test(`${bytes} is ${text}`, () => {
    assert.equal(sizeText(bytes), text);
  });
