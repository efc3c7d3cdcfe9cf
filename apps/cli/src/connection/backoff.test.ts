import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs } from "./backoff.ts";

test("the wait doubles up to 5 s, and chance takes at most half of it", () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 1000].map((failures) => backoffMs(failures, 0)),
    [250, 500, 1000, 2000, 4000, 5000, 5000],
  );
  assert.equal(backoffMs(0, 0.999), 125);
  assert.equal(backoffMs(9, 0.5), 3750);
});
