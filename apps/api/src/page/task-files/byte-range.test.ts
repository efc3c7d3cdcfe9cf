import assert from "node:assert/strict";
import { test } from "node:test";
import { selectBytes } from "./byte-range.ts";

const etag = '"a1"';

test("byte range: one range is sent, what cannot be parsed and several are ignored, and what is beyond the end is refused", () => {
  for (const [range, expected] of [
    [undefined, "whole"],
    ["bytes=0-0", { start: 0, end: 0 }],
    ["bytes=10-19", { start: 10, end: 19 }],
    ["bytes=10-", { start: 10, end: 99 }],
    ["bytes=90-1000", { start: 90, end: 99 }],
    ["bytes=-10", { start: 90, end: 99 }],
    ["bytes=-1000", { start: 0, end: 99 }],
    ["BYTES=1-2", { start: 1, end: 2 }],
    ["bytes=0-9,10-19", { start: 0, end: 19 }],
    ["bytes=0-9,5-30", { start: 0, end: 30 }],
    ["bytes=0-9, 200-300", { start: 0, end: 9 }],
    ["bytes=0-9,20-29", "whole"],
    ["bytes=100-", "unsatisfiable"],
    ["bytes=100-200,300-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=9-0", "whole"],
    ["bytes=", "whole"],
    ["bytes", "whole"],
    ["bytes=a-b", "whole"],
    ["bytes=0-9,x", "whole"],
    ["bytes=-", "whole"],
    ["lines=0-9", "whole"],
    [`bytes=${"0-,".repeat(5000)}0-`, { start: 0, end: 99 }],
    [`bytes=0-${"9".repeat(400)}`, { start: 0, end: 99 }],
  ] as const)
    assert.deepEqual(selectBytes({ range }, { sizeBytes: 100, etag }), expected, range);
  for (const range of ["bytes=0-", "bytes=-5", "bytes=0-0"])
    assert.ok(typeof selectBytes({ range }, { sizeBytes: 0, etag }) === "string", `${range} of no bytes`);
});

test("byte range: with If-Range it counts if the client has a part of the very same bytes", () => {
  const range = "bytes=10-19";
  for (const [ifRange, isPart] of [
    [etag, true],
    ['"another"', false],
    [`W/${etag}`, false],
    ["Fri, 27 Nov 2026 20:00:00 GMT", false],
  ] as const)
    assert.equal(selectBytes({ range, "if-range": ifRange }, { sizeBytes: 100, etag }) !== "whole", isPart, ifRange);
});
