import assert from "node:assert/strict";
import { test } from "node:test";
import { isBetter } from "./quality.ts";

test("quality: the whole video in a small picture beats a part in a large one; of equal durations the larger picture wins", () => {
  const whole = { seconds: 60, pixels: 360 };
  assert.equal(isBetter(whole, { seconds: 20, pixels: 1080 }), true);
  assert.equal(isBetter({ seconds: 20, pixels: 1080 }, whole), false);
  assert.equal(isBetter({ seconds: 59.5, pixels: 720 }, whole), true);
  assert.equal(isBetter({ seconds: 60, pixels: 0 }, whole), false);
  assert.equal(isBetter(whole, whole), false, "of equal ones neither");
});
