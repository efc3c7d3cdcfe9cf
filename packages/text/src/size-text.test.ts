import assert from "node:assert/strict";
import { test } from "node:test";
import { sizeText } from "./size-text.ts";

const cases: [number | bigint, string][] = [
  [-5, "0 B"],
  [0, "0 B"],
  [999n, "999 B"],
  [1000, "1.00 kB"],
  [1234, "1.23 kB"],
  [9994, "9.99 kB"],
  [9996, "10.0 kB"],
  [99_960, "100 kB"],
  [999_499, "999 kB"],
  [999_500, "1.00 MB"],
  [28_500_000, "28.5 MB"],
  [2_147_483_648, "2.15 GB"],
  [1_234_567_890_123n, "1.23 TB"],
  [9_223_372_036_854_775_807n, "9.22 EB"],
];

for (const [bytes, text] of cases)
  test(`size: ${bytes} bytes are "${text}"`, () => {
    assert.equal(sizeText(bytes), text);
  });
