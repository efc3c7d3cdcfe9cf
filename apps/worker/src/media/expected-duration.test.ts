import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultOptions, type TaskOptions } from "@dwld/queue";
import { type Announcement, expectedDuration } from "./expected-duration.ts";

const sections = [{ startSeconds: 10, endSeconds: null }];
const cases: [what: string, options: Partial<TaskOptions>, file: Announcement, expected: number | undefined][] = [
  ["a video is as long as the site says", {}, { announcedSeconds: 60, live: false }, 60],
  ["of a live stream nobody knows", {}, { announcedSeconds: 60, live: true }, undefined],
  [
    "a part is as long as it was asked for",
    { sections },
    { announcedSeconds: 60, live: false, startSeconds: 10, endSeconds: 15 },
    5,
  ],
  ["a part to the end is what is left", { sections }, { announcedSeconds: 60, live: false, startSeconds: 10 }, 50],
  ["a part behind the end is empty", { sections }, { announcedSeconds: 60, live: false, startSeconds: 90 }, 0],
  ["a part to an end that nobody told", { sections }, { live: false, startSeconds: 10 }, undefined],
  [
    "what was cut out is missing rightly",
    { sponsorblockRemove: ["intro"] },
    { announcedSeconds: 60, cutSeconds: 50, live: false },
    50,
  ],
];

for (const [what, options, file, expected] of cases)
  test(what, () => {
    assert.equal(expectedDuration({ ...defaultOptions, ...options }, file), expected);
  });
