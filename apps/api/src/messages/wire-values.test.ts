import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type DescMessage, fromBinary, fromJson, type MessageShape, toBinary, toJson } from "@bufbuild/protobuf";
import { DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { wireCount, wireDuration, wireInt32, wireInt64, wireTime } from "./wire-values.ts";

const hostile = [NaN, Infinity, -Infinity, 1e300, -1e300, 2 ** 63, 2 ** 53, 2 ** 32, 315_576_000_000.5, -1, -0.5, 1.5];

describe("wire values", () => {
  it("wire values: whatever the number, a duration and a time are read in binary and in JSON as they were written", () => {
    for (const number of [...hostile, 0.9999999999, 59.9999999996]) {
      assertComesBack(DurationSchema, wireDuration(number), String(number));
      assertComesBack(TimestampSchema, wireTime(number), String(number));
    }
  });

  it("wire values: whatever the number, an integer is one that its type holds", () => {
    for (const number of hostile) {
      assert.equal(BigInt.asUintN(63, wireInt64(number)), wireInt64(number));
      for (const integer of [wireCount(number), wireInt32(number)])
        assert.ok((integer | 0) === integer, String(integer));
      assert.ok(wireCount(number) >= 0);
    }
  });

  it("wire values: what fits comes through, a part of a second to the nanosecond", () => {
    assert.equal(toJson(DurationSchema, wireDuration(2.5)), "2.500s");
    assert.equal(toJson(DurationSchema, wireDuration(1.9999999999)), "2s");
    assert.equal(toJson(TimestampSchema, wireTime(1_800_000_000_123)), "2027-01-15T08:00:00.123Z");
    assert.equal(wireInt64(5e12), 5_000_000_000_000n);
    assert.equal(wireInt32(-9), -9);
  });
});

/** Asserts that who reads the message gets what was written. */
function assertComesBack<Schema extends DescMessage>(schema: Schema, message: MessageShape<Schema>, of: string): void {
  assert.deepEqual(fromBinary(schema, toBinary(schema, message)), message, of);
  assert.deepEqual(fromJson(schema, toJson(schema, message)), message, of);
}
