import { combineRanges, parse } from "range-parser";

/** Bytes of a file, both ends included. */
export type ByteRange = { readonly start: number; readonly end: number };

/** The part of a file that a request gets, or `unsatisfiable`. */
export type Selected = "whole" | "unsatisfiable" | ByteRange;

/**
 * Selects by Range and If-Range (RFC 9110, 13.1.5 and 14.2). A server may ignore a Range: this one ignores what it cannot parse,
 * and several ranges that do not make one.
 */
export function selectBytes(
  { range, "if-range": ifRange }: { range?: string | undefined; "if-range"?: string | undefined },
  { sizeBytes, etag }: { sizeBytes: number; etag: string },
): Selected {
  // A date, or a weak tag, does not tell that the bytes are the same.
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return "whole";
  const { code, type, ranges } = parse(sizeBytes, range);
  const isMalformed = (code & 1) !== 0;
  if (type !== "bytes" || isMalformed) return "whole";
  if (ranges.length === 0) return code === 0 ? "whole" : "unsatisfiable";
  const [first, another] = combineRanges(ranges);
  return first === undefined || another !== undefined ? "whole" : { start: first.start, end: first.end };
}
