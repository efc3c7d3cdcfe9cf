import { create } from "@bufbuild/protobuf";
import { type Duration, DurationSchema, type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";

/**
 * Numbers of the table as numbers that the contract's types can hold. A number out of range would fail the whole answer
 * when it is encoded, so it becomes the nearest one in range. The bounds are those of JSON in duration.proto and
 * timestamp.proto.
 */
const longestSeconds = 315_576_000_000;
const lastMs = Date.UTC(9999, 11, 31, 23, 59, 59);
const largestInt32 = 2 ** 31 - 1;

/** Converts seconds; a negative span is 0. */
export function wireDuration(seconds: number): Duration {
  const span = within(seconds, 0, longestSeconds);
  const nanos = Math.round((span % 1) * 1e9);
  const carried = Math.floor(nanos / 1e9);
  return create(DurationSchema, { seconds: BigInt(Math.floor(span) + carried), nanos: nanos % 1e9 });
}

/** Converts milliseconds since the epoch. */
export function wireTime(ms: number): Timestamp {
  return timestampFromMs(Math.round(within(ms, 0, lastMs)));
}

/** Converts a count for int64; a negative one is 0. */
export function wireInt64(value: number): bigint {
  return BigInt(Math.round(within(value, 0, Number.MAX_SAFE_INTEGER)));
}

/** Converts a count for int32 or uint32; a negative one is 0. */
export function wireCount(value: number): number {
  return Math.round(within(value, 0, largestInt32));
}

export function wireInt32(value: number): number {
  return Math.round(within(value, -largestInt32, largestInt32));
}

function within(value: number, least: number, most: number): number {
  return Number.isNaN(value) ? least : Math.min(Math.max(value, least), most);
}
