import assert from "node:assert/strict";
import { test } from "node:test";
import { findingLines } from "./finding.ts";

test("finding lines: what a program said of itself changes neither the terminal nor the lines of other findings", () => {
  const said = "2026.11.20\u001b[2J\nok  units  all is well\u202e";
  const lines = findingLines([{ subject: "yt-dlp", level: "failure", message: said, remedy: said }]);
  assert.equal(
    lines,
    "failure  yt-dlp  2026.11.20 ok units all is well\n                 2026.11.20 ok units all is well\n",
  );
});
