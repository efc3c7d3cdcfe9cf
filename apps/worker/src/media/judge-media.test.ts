import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeMedia } from "./judge-media.ts";
import { readStreams } from "./probe-media.ts";

const full = { durationSeconds: 60, hasVideo: true, hasAudio: true };
const cases = [
  {
    what: "what was asked for",
    streams: full,
    size: 9,
    wish: { audioOnly: false, announcedSeconds: 60 },
    verdict: undefined,
  },
  {
    what: "a silent film",
    streams: { ...full, hasAudio: false },
    size: 9,
    wish: { audioOnly: false },
    verdict: undefined,
  },
  { what: "an empty file", streams: undefined, size: 0, wish: { audioOnly: false }, verdict: "wrong_media" },
  { what: "a file without media", streams: undefined, size: 9, wish: { audioOnly: false }, verdict: "wrong_media" },
  {
    what: "sound where a video was asked for",
    streams: { ...full, hasVideo: false },
    size: 9,
    wish: { audioOnly: false },
    verdict: "wrong_media",
  },
  {
    what: "no sound where sound was asked for",
    streams: { ...full, hasAudio: false },
    size: 9,
    wish: { audioOnly: true },
    verdict: "wrong_media",
  },
  {
    what: "no duration",
    streams: { hasVideo: true, hasAudio: true },
    size: 9,
    wish: { audioOnly: false },
    verdict: "wrong_media",
  },
  {
    what: "half of the announced duration",
    streams: full,
    size: 9,
    wish: { audioOnly: false, announcedSeconds: 120 },
    verdict: "truncated",
  },
  {
    what: "a rounded duration",
    streams: full,
    size: 9,
    wish: { audioOnly: false, announcedSeconds: 62 },
    verdict: undefined,
  },
  {
    what: "more than was announced",
    streams: full,
    size: 9,
    wish: { audioOnly: false, announcedSeconds: 10 },
    verdict: undefined,
  },
] as const;

for (const { what, streams, size, wish, verdict } of cases)
  test(`${what} is ${verdict ?? "accepted"}`, () => {
    const judged = judgeMedia(streams, size, wish);
    assert.equal(judged.fits ? undefined : judged.failureClass, verdict);
  });

test("a cover is no picture, and the longest duration counts", () => {
  assert.deepEqual(
    readStreams({
      format: { duration: "N/A" },
      streams: [
        { codec_type: "audio", duration: "59.5" },
        { codec_type: "video", width: 600, height: 600, disposition: { attached_pic: 1 } },
      ],
    }),
    { durationSeconds: 59.5, hasVideo: false, hasAudio: true },
  );
});
