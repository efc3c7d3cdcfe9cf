import assert from "node:assert/strict";
import { test } from "node:test";
import type { TaskOptions } from "./option-table.ts";
import type { Announcement } from "./row.ts";
import { defaultOptions } from "./stored.ts";
import { expectedSeconds } from "./uses.ts";

const sections = [{ startSeconds: 10, endSeconds: null }];
const cases: [what: string, options: Partial<TaskOptions>, file: Announcement, expected: number | undefined][] = [
  ["a video is as long as the site says", {}, { announcedSeconds: 60, live: false }, 60],
  ["a live stream has none", {}, { announcedSeconds: 60, live: true }, undefined],
  [
    "a section is as long as requested",
    { sections },
    { announcedSeconds: 60, live: false, startSeconds: 10, endSeconds: 15 },
    5,
  ],
  [
    "a section to the end is the rest of the video",
    { sections },
    { announcedSeconds: 60, live: false, startSeconds: 10 },
    50,
  ],
  ["a section behind the end is empty", { sections }, { announcedSeconds: 60, live: false, startSeconds: 90 }, 0],
  ["a section to an unknown end has none", { sections }, { live: false, startSeconds: 10 }, undefined],
  [
    "parts that were cut out do not count",
    { sponsorblockRemove: ["intro"] },
    { announcedSeconds: 60, cutSeconds: 50, live: false },
    50,
  ],
];

for (const [what, options, file, expected] of cases)
  test(`expected duration: ${what}`, () => {
    assert.equal(expectedSeconds({ ...defaultOptions, ...options }, file), expected);
  });
