import assert from "node:assert/strict";
import { test } from "node:test";
import { ageDays } from "./ytdlp-age.ts";

const now = new Date("2026-11-27T12:00:00Z");
const ages: readonly [version: string, days: number | undefined][] = [
  ["2026.10.26", 32],
  ["2026.10.26.232721", 32],
  ["2026.11.27", 0],
  ["2027.01.01", 0],
  ["", undefined],
  ["stable", undefined],
];
for (const [version, days] of ages)
  test(`age of yt-dlp: ${JSON.stringify(version)} is ${days} days old`, () => {
    assert.equal(ageDays(version, now), days);
  });
