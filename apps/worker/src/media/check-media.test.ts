import assert from "node:assert/strict";
import { test } from "node:test";
import { checkEnds, checkMedia } from "./check-media.ts";
import { readStreams } from "./probe-media.ts";
import { needsDeepCheck } from "./needs-deep-check.ts";

const full = { durationSeconds: 60, hasVideo: true, hasAudio: true };
const cases = [
  {
    what: "a file as requested",
    streams: full,
    size: 9,
    expected: { audioOnly: false, expectedSeconds: 60 },
    verdict: undefined,
  },
  {
    what: "a silent film",
    streams: { ...full, hasAudio: false },
    size: 9,
    expected: { audioOnly: false },
    verdict: undefined,
  },
  { what: "an empty file", streams: undefined, size: 0, expected: { audioOnly: false }, verdict: "wrong_media" },
  { what: "a file without media", streams: undefined, size: 9, expected: { audioOnly: false }, verdict: "wrong_media" },
  {
    what: "sound instead of a video",
    streams: { ...full, hasVideo: false },
    size: 9,
    expected: { audioOnly: false },
    verdict: "wrong_media",
  },
  {
    what: "a video without the requested sound",
    streams: { ...full, hasAudio: false },
    size: 9,
    expected: { audioOnly: true },
    verdict: "wrong_media",
  },
  {
    what: "no duration",
    streams: { hasVideo: true, hasAudio: true },
    size: 9,
    expected: { audioOnly: false },
    verdict: "wrong_media",
  },
  {
    what: "half of the announced duration",
    streams: full,
    size: 9,
    expected: { audioOnly: false, expectedSeconds: 120 },
    verdict: "truncated",
  },
  {
    what: "a rounded duration",
    streams: full,
    size: 9,
    expected: { audioOnly: false, expectedSeconds: 62 },
    verdict: undefined,
  },
  {
    what: "more than was announced",
    streams: full,
    size: 9,
    expected: { audioOnly: false, expectedSeconds: 10 },
    verdict: undefined,
  },
] as const;

for (const { what, streams, size, expected, verdict } of cases)
  test(`check media: ${what} is ${verdict ?? "accepted"}`, () => {
    assert.equal(checkMedia(streams, size, expected)?.failureClass, verdict);
  });

test("read streams: a cover is no picture, and subtitles do not make a video longer", () => {
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
    soundSeconds: 59.5,
    hasVideo: false,
    hasAudio: true,
    videoCodecs: [],
    audioCodecs: ["aac"],
    covers: [2],
    container: "mov,mp4",
  });
});

test("read streams: Matroska tells the duration of the whole alone", () => {
  const streams = [{ codec_type: "video", codec_name: "vp9", width: 160, height: 90 }];
  assert.equal(readStreams({ format: { duration: "7.5" }, streams })?.durationSeconds, 7.5);
  const tagged = [{ ...streams[0], tags: { DURATION: "00:01:02.500000000" } }];
  assert.equal(readStreams({ format: { duration: "63" }, streams: tagged })?.pictureSeconds, 62.5);
  assert.equal(readStreams({ format: { duration: "N/A" }, streams })?.durationSeconds, undefined);
});

test("check media: sound without a duration is empty in MP4, and in no other container", () => {
  const film = { durationSeconds: 60, pictureSeconds: 60, hasVideo: true, hasAudio: true };
  const judge = (streams: object) => checkMedia({ ...film, ...streams }, 9, { audioOnly: false })?.sentence["en"];
  assert.equal(judge({ container: "mov,mp4" }), "Its sound ends after 0:00 of 1:00.");
  assert.equal(judge({ container: "mov,mp4", hasAudio: false }), undefined);
  assert.equal(judge({ container: "mpegts" }), undefined);
});

test("check media: durations are written as players write them", () => {
  const film = { ...full, durationSeconds: 62.4 };
  const defect = checkMedia(film, 9, { audioOnly: false, expectedSeconds: 3723 });
  assert.deepEqual(defect?.sentence, {
    en: "It is 1:02 long, although the site says 1:02:03.",
    ru: "Длительность 1:02, хотя на сайте указано 1:02:03.",
  });
});

const ends = { startPlays: true, endSeconds: 59.9 };
const mp4 = { durationSeconds: 60, container: "mov,mp4" };

test("check ends: what the ends of a file play decides", () => {
  assert.equal(checkEnds(mp4, ends, {}, undefined), undefined);
  assert.equal(checkEnds(mp4, { ...ends, startPlays: false }, {}, undefined)?.usable, false);
  const broken = { startPlays: true, endSeconds: undefined };
  const told = (listedSeconds: number) => checkEnds(mp4, { ...broken, listedSeconds }, {}, undefined);
  assert.deepEqual(
    [told(20), told(60)].map((defect) => [defect?.sentence["en"], defect?.seconds]),
    [
      ["Only 0:20 of 1:00 is there.", 20],
      ["Its end cannot be played.", 0],
    ],
  );
  assert.equal(checkEnds({ ...mp4, container: "flv" }, broken, {}, undefined), undefined, "it cannot be searched");
});

test("check ends: a header that claims more than was announced is not believed", () => {
  const head = { durationSeconds: 600, container: "matroska,webm" };
  assert.equal(checkEnds(head, ends, { expectedSeconds: 60 }, undefined), undefined);
  assert.equal(checkEnds(head, ends, {}, undefined)?.sentence["en"], "Only 1:00 of 10:00 is there.");
});

test("deep check: it is needed if figures contradict each other, and only then", () => {
  const streams = {
    ...{ durationSeconds: 60, claimedBytes: 1000, hasVideo: true, hasAudio: true, container: "mov,mp4" },
    ...{ videoCodecs: [], audioCodecs: [], covers: [] },
  };
  const plain = {
    ...{ streams, sizeBytes: 1010, expectedSeconds: 60 },
    ...{ lastSeconds: undefined, isEndProbed: false, hasBlankPart: false },
  };
  assert.equal(needsDeepCheck(plain), false);
  for (const odd of [
    { hasBlankPart: true },
    { sizeBytes: 800 },
    { expectedSeconds: 20 },
    { isEndProbed: true },
    { isEndProbed: true, lastSeconds: 50 },
  ])
    assert.equal(needsDeepCheck({ ...plain, ...odd }), true, JSON.stringify(odd));
  assert.equal(needsDeepCheck({ ...plain, isEndProbed: true, lastSeconds: 59 }), false);
});
