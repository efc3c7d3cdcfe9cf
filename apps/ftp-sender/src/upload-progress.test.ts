import assert from "node:assert/strict";
import { test } from "node:test";
import { UploadProgress } from "./upload-progress.ts";

test("percent, speed and the time that is left are those of all files together", () => {
  const progress = new UploadProgress(10_000);
  const first = progress.at(0, "upload a.srt", 1000);
  assert.equal(first.progressPercent, 0);
  assert.equal(first.speedBytesPerSecond, undefined);
  assert.equal(first.etaSeconds, undefined);
  const later = progress.at(2500, "upload b.mp4", 1500);
  assert.deepEqual(later, {
    doneBytes: 2500,
    totalBytes: 10_000,
    progressPercent: 25,
    speedBytesPerSecond: 5000,
    etaSeconds: 2,
    step: "upload b.mp4",
    updatedAtMs: 1500,
  });
});

test("the speed is that of the last seconds, not of the whole", () => {
  const progress = new UploadProgress(1_000_000);
  for (let second = 0; second <= 20; second += 1) progress.at(second * 10_000, "x", second * 1000);
  for (let second = 21; second <= 30; second += 1) progress.at(200_000 + (second - 20) * 100, "x", second * 1000);
  assert.equal(progress.at(201_100, "x", 31_000).speedBytesPerSecond, 100);
});

test("where nothing moves there is neither speed nor a time that is left", () => {
  const progress = new UploadProgress(100);
  for (let second = 0; second <= 20; second += 1) progress.at(50, "x", second * 1000);
  const stalled = progress.at(50, "x", 21_000);
  assert.equal(stalled.speedBytesPerSecond, undefined);
  assert.equal(stalled.etaSeconds, undefined);
});

test("an empty file is a hundred percent", () => {
  assert.equal(new UploadProgress(0).at(0, "x", 1).progressPercent, 100);
});
