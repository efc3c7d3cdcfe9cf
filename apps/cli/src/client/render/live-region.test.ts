import assert from "node:assert/strict";
import { test } from "node:test";
import { frame, LiveRegion } from "./live-region.ts";

const visible = (text: string): string => text.replaceAll("\u001b", "^");

test("live region: the first frame begins at the cursor", () => {
  assert.equal(visible(frame([], [], ["a", "b"], 80)), "\r^[J^[?7la\nb\n^[?7h");
});

test("live region: the next frame moves up over the lines before and erases them", () => {
  assert.equal(visible(frame(["a", "b"], [], ["c"], 80)), "\r^[2A^[J^[?7lc\n^[?7h");
});

test("live region: lines that a narrower terminal has wrapped count as the rows they take", () => {
  assert.match(visible(frame(["x".repeat(60), "日本語の題"], [], [], 20)), /\^\[4A/);
  assert.match(visible(frame(["", "日本語の題"], [], [], 8)), /\^\[3A/);
});

test("live region: lines printed above stay", () => {
  let written = "";
  const region = new LiveRegion({ columns: 80, rows: 24, write: (text) => (written = text) });
  region.draw(["live"]);
  region.draw(["live"], ["done"]);
  assert.equal(visible(written), "\r^[1A^[Jdone\n^[?7llive\n^[?7h");
  region.draw([]);
  assert.equal(visible(written), "\r^[1A^[J^[?7l^[?7h");
  assert.equal(region.capacity, 23);
});

test("live region: a terminal of unknown size counts as 80 by 24", () => {
  const region = new LiveRegion({ columns: 0, rows: 0, write: () => undefined });
  assert.deepEqual([region.columns, region.capacity], [80, 23]);
});
