import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultOptions } from "@dwld/options";
import { filteredReason } from "./filtered-reason.ts";

const found = { kind: "found", uploaded: "2024-05-01", live: false } as const;

test("filtered reason: a video outside of the days names its own day", () => {
  assert.match(
    filteredReason({ found }, { ...defaultOptions, uploadedAfter: "2024-05-02" }) ?? "",
    /2024-05-01, before/,
  );
  assert.match(
    filteredReason({ found }, { ...defaultOptions, uploadedBefore: "2024-04-30" }) ?? "",
    /2024-05-01, after/,
  );
});

test("filtered reason: the first and the last day are included", () => {
  const options = { ...defaultOptions, uploadedAfter: "2024-05-01", uploadedBefore: "2024-05-01" };
  assert.equal(filteredReason({ found }, options), undefined);
});

test("filtered reason: a live stream is named, unless it was to be recorded", () => {
  const live = { found: { kind: "found", live: true } as const };
  assert.match(filteredReason(live, defaultOptions) ?? "", /live now/);
  assert.equal(filteredReason(live, { ...defaultOptions, liveMode: "record" }), undefined);
  assert.equal(filteredReason({ found: undefined }, defaultOptions), undefined);
});
