import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedPixels, checkResolution } from "./check-resolution.ts";

const offered = [360, 1080, 720, 144];

test("resolution: the largest not above the cap is expected, else the smallest above it, without a cap the largest", () => {
  assert.equal(expectedPixels(offered, 800), 720);
  assert.equal(expectedPixels(offered, 720), 720);
  assert.equal(expectedPixels(offered, 100), 144);
  assert.equal(expectedPixels(offered, 0), 1080);
  assert.equal(expectedPixels([], 720), undefined);
});

test("resolution: 360 lines of 1080 are a defect; portrait and cropped pictures are not", () => {
  const defect = checkResolution({ width: 640, height: 360, durationSeconds: 5 }, offered, 0);
  assert.equal(defect?.sentence["en"], "It came in 360p, although the site offers 1080p.");
  assert.deepEqual([defect.failureClass, defect.usable, defect.seconds], ["wrong_media", true, 5]);
  assert.equal(checkResolution({ width: 1080, height: 1920 }, offered, 0), undefined);
  assert.equal(checkResolution({ width: 1920, height: 1036 }, offered, 0), undefined);
  assert.equal(checkResolution({ width: 1280, height: 720 }, offered, 720), undefined);
});

test("resolution: without offered resolutions or a picture there is no verdict", () => {
  assert.equal(checkResolution({ width: 640, height: 360 }, [], 0), undefined);
  assert.equal(checkResolution({}, offered, 0), undefined);
});
