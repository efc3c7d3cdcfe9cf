import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger } from "@dwld/daemon";
import type { LiveProgress } from "@dwld/progress";
import { eventually } from "@dwld/testbed";
import { makeDeliveryBed, video } from "./testing/delivery-bed.ts";
import { startReporting, DeliveryProgress } from "./delivery-progress.ts";

test("delivery progress: percent, speed and time left are those of all files together", () => {
  const progress = new DeliveryProgress(10_000);
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

test("delivery progress: the speed is that of the last seconds", () => {
  const progress = new DeliveryProgress(1_000_000);
  for (let second = 0; second <= 20; second += 1) progress.at(second * 10_000, "x", second * 1000);
  for (let second = 21; second <= 30; second += 1) progress.at(200_000 + (second - 20) * 100, "x", second * 1000);
  assert.equal(progress.at(201_100, "x", 31_000).speedBytesPerSecond, 100);
});

test("delivery progress: without movement there is neither speed nor time left", () => {
  const progress = new DeliveryProgress(100);
  for (let second = 0; second <= 20; second += 1) progress.at(50, "x", second * 1000);
  const stalled = progress.at(50, "x", 21_000);
  assert.equal(stalled.speedBytesPerSecond, undefined);
  assert.equal(stalled.etaSeconds, undefined);
});

test("delivery progress: an empty file is a hundred percent", () => {
  assert.equal(new DeliveryProgress(0).at(0, "x", 1).progressPercent, 100);
});

test("delivery progress: is reported at most twice a second, and stored about every five seconds", async () => {
  await using bed = await makeDeliveryBed();
  const { id } = await bed.addReady([video("v.mp4", 10)]);
  const told: LiveProgress[] = [];
  let removed = 0;
  const cache = {
    put: async (_: string, progress: LiveProgress) => {
      told.push(progress);
    },
    remove: async () => {
      removed += 1;
    },
  };
  let nowMs = 1_000_000;
  const logger = createLogger({ level: "silent", app: "test" });
  const context = { cache, database: bed.database, now: () => nowMs, logger };
  const report = startReporting(context, await bed.claim(), 100_000);
  report.progress(0, "upload v.mp4");
  await eventually("it is told", () => told.length > 0);
  for (let bytes = 0; bytes <= 60_000; bytes += 100, nowMs += 10) report.progress(bytes, "upload v.mp4");
  const written = await eventually("it is written down", async () => (await bed.task(id)).progress);
  assert.equal((JSON.parse(written) as LiveProgress).speedBytesPerSecond, 10_000);
  await report.end();
  assert.ok(told.length >= 12 && told.length <= 14, `told ${told.length} times in 6 s`);
  assert.equal(removed, 1);
});

test("delivery progress: a clock that is set back by an hour holds up neither reports nor speed", async () => {
  await using bed = await makeDeliveryBed();
  const { id } = await bed.addReady([video("v.mp4", 10)]);
  const told: LiveProgress[] = [];
  const cache = {
    put: async (_: string, progress: LiveProgress) => {
      told.push(progress);
    },
    remove: async () => {},
  };
  let nowMs = 4_000_000;
  const logger = createLogger({ level: "silent", app: "test" });
  const context = { cache, database: bed.database, now: () => nowMs, logger };
  const report = startReporting(context, await bed.claim(), 200_000);
  report.progress(0, "upload v.mp4");
  await eventually("it is told", () => told.length > 0);
  for (let bytes = 0; bytes <= 120_000; bytes += 100, nowMs += 10) {
    if (bytes === 60_000) nowMs -= 3_600_000;
    report.progress(bytes, "upload v.mp4");
  }
  await eventually("what came after it is written down", async () => {
    const written = JSON.parse((await bed.task(id)).progress ?? "{}") as Partial<LiveProgress>;
    return (written.updatedAtMs ?? Infinity) < 4_000_000 && written.speedBytesPerSecond === 10_000;
  });
  await report.end();
  assert.ok(told.length >= 24, `told ${told.length} times in 12 s`);
});

test("delivery progress: a delivery that is over at once tells the cache nothing", async () => {
  await using bed = await makeDeliveryBed();
  await bed.addReady([video("v.mp4", 10)]);
  const calls: string[] = [];
  const cache = { put: async () => void calls.push("put"), remove: async () => void calls.push("remove") };
  const logger = createLogger({ level: "silent", app: "test" });
  const report = startReporting({ cache, database: bed.database, now: Date.now, logger }, await bed.claim(), 10);
  report.progress(0, "upload v.mp4");
  report.progress(10, "verify v.mp4");
  await report.end();
  assert.deepEqual(calls, []);
});

test("delivery progress: a new step is reported at once", async () => {
  await using bed = await makeDeliveryBed();
  await bed.addReady([video("v.mp4", 10)]);
  const steps: (string | undefined)[] = [];
  const cache = {
    put: async (_: string, { step }: LiveProgress) => {
      steps.push(step);
    },
    remove: async () => {},
  };
  const logger = createLogger({ level: "silent", app: "test" });
  const report = startReporting({ cache, database: bed.database, now: Date.now, logger }, await bed.claim(), 10);
  report.progress(10, "upload v.mp4");
  report.progress(10, "verify v.mp4");
  await eventually("it is told", () => steps.at(-1) === "verify v.mp4");
  await report.end();
});
