import assert from "node:assert/strict";
import { test } from "node:test";
import { classifyFailure } from "../failure/classify-failure.ts";
import { doubtsOf } from "./doubts.ts";

function doubts(text: string) {
  const stderr = text.split("\n");
  const evidence = { exitCode: 1, signal: undefined, stderr, fileNamed: false, nowMs: 0 };
  return doubtsOf(stderr, classifyFailure(evidence));
}

test("doubts: a text that has one meaning leaves none", () => {
  assert.deepEqual(doubts("ERROR: [youtube] a: This video has been removed by the uploader"), {
    reasons: [],
    readings: [],
    check: undefined,
  });
});

test("doubts: what no rule knows is told so, with a way to find out", () => {
  const { reasons, check } = doubts("ERROR: [a] b: The flux capacitor is misaligned");
  assert.deepEqual(reasons, ["no rule knows a reason in this text"]);
  assert.match(check ?? "", /yt-dlp -v/);
});

test("doubts: a line that says only that it failed is told from one that says why", () => {
  assert.deepEqual(doubts("ERROR: [youtube] a: Video unavailable").reasons, [
    "the line says that it failed, and not why",
  ]);
});

test("doubts: a warning that decided in the place of a vague error is told, and what the error alone is read as", () => {
  const { reasons, readings } = doubts(
    "WARNING: [youtube] a: n challenge solving failed\nERROR: [youtube] a: Requested format is not available",
  );
  assert.match(reasons[0] ?? "", /alone is read as format_unavailable/);
  assert.equal(readings[0]?.failureClass, "format_unavailable");
});

test("doubts: the last error that only follows from another is named", () => {
  const { reasons } = doubts(
    "ERROR: [download] Got error: HTTP Error 403: Forbidden\nERROR: fragment 3 not found, unable to continue",
  );
  assert.match(reasons[0] ?? "", /only follows .*fragment 3 not found/);
});

test("doubts: each class is named once, whatever number of rules and warnings speak for it", () => {
  const { readings } = doubts(
    "WARNING: [a] Please log in\nWARNING: [a] Log in to go on\nERROR: [a] b: This video is private. Log in, sign in or register",
  );
  assert.deepEqual(
    readings.map(({ failureClass }) => failureClass),
    ["login_required"],
  );
});

test("doubts: hostile text costs no time", () => {
  const startedAtMs = performance.now();
  for (const piece of ["only ", "video is unavailable or ", "nur in ", "removed at the request of ", "a_b "])
    doubts(`ERROR: [a] b1: ${piece.repeat(3000)}`);
  assert.ok(performance.now() - startedAtMs < 2000);
});
