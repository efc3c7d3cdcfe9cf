import { create } from "@bufbuild/protobuf";
import { type Duration, DurationSchema, type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";

/**
 * Numbers as the contract's types hold them. One that a type cannot hold fails when the answer is written, and with it
 * the whole list that it stands in: so it becomes the nearest number that fits. Sources of the bounds: the comments of
 * google/protobuf/duration.proto and timestamp.proto, for JSON.
 */
const longestSeconds = 315_576_000_000;
const lastMs = Date.UTC(9999, 11, 31, 23, 59, 59);
const largestInt32 = 2 ** 31 - 1;

/** A span of seconds, 0 or longer. */
export function wireDuration(seconds: number): Duration {
  const span = within(seconds, 0, longestSeconds);
  const nanos = Math.round((span % 1) * 1e9);
  const carried = Math.floor(nanos / 1e9);
  return create(DurationSchema, { seconds: BigInt(Math.floor(span) + carried), nanos: nanos % 1e9 });
}

/** @param ms since the epoch. */
export function wireTime(ms: number): Timestamp {
  return timestampFromMs(Math.round(within(ms, 0, lastMs)));
}

/** A count of bytes or things, for int64. */
export function wireInt64(value: number): bigint {
  return BigInt(Math.round(within(value, 0, Number.MAX_SAFE_INTEGER)));
}

/** For int32 and uint32 where it cannot be negative. */
export function wireCount(value: number): number {
  return Math.round(within(value, 0, largestInt32));
}

export function wireInt32(value: number): number {
  return Math.round(within(value, -largestInt32, largestInt32));
}

function within(value: number, least: number, most: number): number {
  return Number.isNaN(value) ? least : Math.min(Math.max(value, least), most);
}
