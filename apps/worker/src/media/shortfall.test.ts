import assert from "node:assert/strict";
import { test } from "node:test";
import { shortfallSentence } from "./shortfall.ts";

test("what is short is told in the words that players use", () => {
  assert.equal(
    shortfallSentence({ lack: "duration", gotSeconds: 62.4, announcedSeconds: 3723 }),
    "It is 1:02 long, although the site says 1:02:03.",
  );
  assert.equal(
    shortfallSentence({ lack: "resolution", gotPixels: 360, offeredPixels: 1080 }),
    "It came in 360p, although the site offers 1080p.",
  );
});
