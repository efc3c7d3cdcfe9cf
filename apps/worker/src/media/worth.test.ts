import assert from "node:assert/strict";
import { test } from "node:test";
import { isWorthMore } from "./worth.ts";

test("the whole in a small picture is worth more than a part in a large one; of equal length the larger picture", () => {
  const whole = { seconds: 60, pixels: 360 };
  assert.equal(isWorthMore(whole, { seconds: 20, pixels: 1080 }), true);
  assert.equal(isWorthMore({ seconds: 20, pixels: 1080 }, whole), false);
  assert.equal(isWorthMore({ seconds: 59.5, pixels: 720 }, whole), true);
  assert.equal(isWorthMore({ seconds: 60, pixels: 0 }, whole), false);
  assert.equal(isWorthMore(whole, whole), false, "of equal ones neither");
});
