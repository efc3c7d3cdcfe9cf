import assert from "node:assert/strict";
import { test } from "node:test";
import { elementsIn, text } from "./ebml.ts";
import { NotPlainError } from "./plain.ts";
import { readUnits } from "./sample-format.ts";

/** Runs a function; returns the time of the processor that it took, ms. */
function costOf(work: () => void): number {
  const from = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

test("plain media: a text of many zeros that do not stand at its end costs a moment", () => {
  const zeros = "\0".repeat(64 * 1024);
  assert.ok(costOf(() => assert.equal(text(Buffer.from(`${zeros}x${zeros}`)), `${zeros}x`)) < 300);
  assert.deepEqual([text(Buffer.from("webm\0\0")), text(Buffer.from("\0\0")), text(Buffer.alloc(0))], ["webm", "", ""]);
});

test("plain media: reserved space and units are not counted without end", () => {
  const voids = Buffer.alloc(64 * 1024, Buffer.from("ec80", "hex"));
  assert.throws(() => elementsIn(voids), NotPlainError);
  const delimiters = Buffer.alloc(1024, Buffer.from("1200", "hex"));
  assert.throws(() => readUnits(Buffer.concat([Buffer.from("81000000", "hex"), delimiters])), NotPlainError);
});
