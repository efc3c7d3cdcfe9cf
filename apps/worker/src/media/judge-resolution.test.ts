import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedPixels, judgeResolution } from "./judge-resolution.ts";

const offered = [360, 1080, 720, 144];

test("the largest not above the cap is expected, else the smallest above it, else the largest of all", () => {
  assert.equal(expectedPixels(offered, 800), 720);
  assert.equal(expectedPixels(offered, 720), 720);
  assert.equal(expectedPixels(offered, 100), 144);
  assert.equal(expectedPixels(offered, 0), 1080);
  assert.equal(expectedPixels([], 720), undefined);
});

test("360 lines where 1080 were offered fall short; portrait and cropped pictures do not", () => {
  const flaw = judgeResolution({ width: 640, height: 360, durationSeconds: 5 }, offered, 0);
  assert.equal(flaw?.sentence["en"], "It came in 360p, although the site offers 1080p.");
  assert.deepEqual([flaw.failureClass, flaw.usable, flaw.seconds], ["wrong_media", true, 5]);
  assert.equal(judgeResolution({ width: 1080, height: 1920 }, offered, 0), undefined);
  assert.equal(judgeResolution({ width: 1920, height: 1036 }, offered, 0), undefined);
  assert.equal(judgeResolution({ width: 1280, height: 720 }, offered, 720), undefined);
});

test("where a site tells no resolutions, or a file has no picture, nobody can tell", () => {
  assert.equal(judgeResolution({ width: 640, height: 360 }, [], 0), undefined);
  assert.equal(judgeResolution({}, offered, 0), undefined);
});
