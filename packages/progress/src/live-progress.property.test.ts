import assert from "node:assert/strict";
import { fc, hostileText, jsonText, property } from "@dwld/fuzz";
import { decodeProgress, encodeProgress, type LiveProgress } from "./live-progress.ts";

const bytes = fc.integer({ min: 0, max: 2 ** 50 });
const progress: fc.Arbitrary<LiveProgress> = fc.record(
  {
    doneBytes: bytes,
    totalBytes: bytes,
    progressPercent: fc.double({ min: 0, max: 100, noNaN: true }).map(Math.abs),
    speedBytesPerSecond: bytes,
    etaSeconds: fc.integer({ min: 0, max: 365 * 24 * 60 * 60 }),
    step: fc.string({ unit: "binary", maxLength: 30 }).map((text) => text.slice(0, 100).toWellFormed()),
    updatedAtMs: fc.nat(),
  },
  { requiredKeys: ["doneBytes", "step", "updatedAtMs"], noNullPrototype: true },
);

property("live progress: whatever it is, it is decoded as it was encoded", [progress], (value) => {
  assert.deepEqual(decodeProgress(Buffer.from(encodeProgress(value))), value);
});

const anything = fc.oneof(
  fc.double(),
  fc.integer(),
  hostileText,
  fc.constantFrom(null, [], {}, true, 1e300, -1, 2 ** 63),
);
const forged = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
  jsonText.map((text) => Buffer.from(text)),
  fc
    .record(
      {
        doneBytes: fc.oneof(bytes, anything),
        totalBytes: anything,
        progressPercent: anything,
        speedBytesPerSecond: anything,
        etaSeconds: anything,
        step: fc.oneof(hostileText, anything),
        updatedAtMs: fc.oneof(fc.nat(), anything),
      },
      { requiredKeys: ["doneBytes", "step", "updatedAtMs"] },
    )
    .map((value) => Buffer.from(JSON.stringify(value))),
);

property(
  "live progress: whatever memcached holds, it is none, or figures that every client reads",
  [forged],
  (value) => {
    const decoded = decodeProgress(value);
    if (decoded === undefined) return;
    const { step, ...figures } = decoded;
    assert.ok(step.isWellFormed() && step.length <= 100);
    for (const figure of Object.values(figures)) assert.ok(Number.isFinite(figure) && figure >= 0 && figure <= 2 ** 50);
    assert.deepEqual(decodeProgress(Buffer.from(encodeProgress(decoded))), decoded);
  },
);
