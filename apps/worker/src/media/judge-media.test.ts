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
    wish: { audioOnly: false, expectedSeconds: 60 },
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
    wish: { audioOnly: false, expectedSeconds: 120 },
    verdict: "truncated",
  },
  {
    what: "a rounded duration",
    streams: full,
    size: 9,
    wish: { audioOnly: false, expectedSeconds: 62 },
    verdict: undefined,
  },
  {
    what: "more than was announced",
    streams: full,
    size: 9,
    wish: { audioOnly: false, expectedSeconds: 10 },
    verdict: undefined,
  },
] as const;

for (const { what, streams, size, wish, verdict } of cases)
  test(`${what} is ${verdict ?? "accepted"}`, () => {
    const judged = judgeMedia(streams, size, wish);
    assert.equal(judged.fits ? undefined : judged.failureClass, verdict);
  });

test("a cover is no picture, and subtitles do not make a video longer", () => {
  const streams = readStreams({
    format: { format_name: "mov,mp4", duration: "99" },
    streams: [
      { codec_type: "audio", codec_name: "aac", duration: "59.5" },
      { codec_type: "subtitle", codec_name: "mov_text", duration: "99" },
      {
        index: 2,
        codec_type: "video",
        codec_name: "mjpeg",
        duration: "99",
        width: 600,
        disposition: { attached_pic: 1 },
      },
    ],
  });
  assert.deepEqual(streams, {
    durationSeconds: 59.5,
    hasVideo: false,
    hasAudio: true,
    videoCodecs: [],
    audioCodecs: ["aac"],
    covers: [2],
    container: "mov,mp4",
  });
});

test("Matroska knows the duration of the whole alone", () => {
  const streams = [{ codec_type: "video", codec_name: "vp9", width: 160, height: 90 }];
  assert.equal(readStreams({ format: { duration: "7.5" }, streams })?.durationSeconds, 7.5);
  assert.equal(readStreams({ format: { duration: "N/A" }, streams })?.durationSeconds, undefined);
});
