import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeProgress, encodeProgress, type LiveProgress } from "./live-progress.ts";

const whole: LiveProgress = {
  doneBytes: 5e9,
  totalBytes: 1e10,
  progressPercent: 50,
  speedBytesPerSecond: 1.5e6,
  etaSeconds: 3333.3,
  step: "downloading",
  updatedAtMs: 1_800_000_000_000,
};

test("live progress: is decoded as it was encoded, with unknown figures absent", () => {
  assert.deepEqual(decodeProgress(Buffer.from(encodeProgress(whole))), whole);
  const least: LiveProgress = { doneBytes: 0, step: "", updatedAtMs: 1 };
  assert.deepEqual(decodeProgress(Buffer.from(encodeProgress(least))), least);
});

test("live progress: unknown fields are left out", () => {
  const bytes = Buffer.from(JSON.stringify({ ...whole, constructor: 1, extra: { deep: true } }));
  assert.deepEqual(decodeProgress(bytes), whole);
});

const nonsense: Record<string, string | Buffer> = {
  nothing: "",
  noise: Buffer.from([0xff, 0xfe, 0x00, 0x80]),
  "half of it": encodeProgress(whole).slice(0, 40),
  "no object": "7",
  null: "null",
  "a list": "[]",
  "a missing field": JSON.stringify({ doneBytes: 1, step: "x" }),
  "a text for a number": JSON.stringify({ ...whole, doneBytes: "5" }),
  "a negative number": JSON.stringify({ ...whole, doneBytes: -1 }),
  "an endless number": encodeProgress(whole).replace("5000000000", "1e999"),
  "more than any disk holds": JSON.stringify({ ...whole, doneBytes: 1e18 }),
  "a time that no calendar has": JSON.stringify({ ...whole, updatedAtMs: 1e300 }),
  "a step that is a book": JSON.stringify({ ...whole, step: "x".repeat(101) }),
  "a step that is none": JSON.stringify({ ...whole, step: {} }),
  "too many bytes": JSON.stringify({ ...whole, extra: "x".repeat(3000) }),
};

for (const [name, bytes] of Object.entries(nonsense)) {
  test(`live progress: ${name} is none`, () => assert.equal(decodeProgress(Buffer.from(bytes)), undefined));
}

for (const value of [1e300, 1e18, -1, "5", null, {}]) {
  test(`live progress: a figure that says ${JSON.stringify(value)} is left out, and the others stay`, () => {
    for (const name of ["totalBytes", "progressPercent", "speedBytesPerSecond", "etaSeconds"] as const) {
      const { [name]: _, ...others } = whole;
      assert.deepEqual(decodeProgress(Buffer.from(JSON.stringify({ ...whole, [name]: value }))), others, name);
    }
  });
}

test("live progress: a lone surrogate in the step is replaced, since no client could read it", () => {
  const bytes = Buffer.from(JSON.stringify({ ...whole, step: "a\uD800b" }));
  assert.equal(decodeProgress(bytes)?.step, "a\uFFFDb");
});
