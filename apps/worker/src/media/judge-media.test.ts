import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeEnds, judgeMedia } from "./judge-media.ts";
import { readStreams } from "./probe-media.ts";
import { isSuspicious } from "./suspicion.ts";

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
    assert.equal(judgeMedia(streams, size, wish)?.failureClass, verdict);
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
    soundSeconds: 59.5,
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
  const tagged = [{ ...streams[0], tags: { DURATION: "00:01:02.500000000" } }];
  assert.equal(readStreams({ format: { duration: "63" }, streams: tagged })?.pictureSeconds, 62.5);
  assert.equal(readStreams({ format: { duration: "N/A" }, streams })?.durationSeconds, undefined);
});

test("a sound of which an MP4 tells no length has nothing in it; other containers tell none of any", () => {
  const film = { durationSeconds: 60, pictureSeconds: 60, hasVideo: true, hasAudio: true };
  const judge = (streams: object) => judgeMedia({ ...film, ...streams }, 9, { audioOnly: false })?.sentence["en"];
  assert.equal(judge({ container: "mov,mp4" }), "Its sound ends after 0:00 of 1:00.");
  assert.equal(judge({ container: "mov,mp4", hasAudio: false }), undefined);
  assert.equal(judge({ container: "mpegts" }), undefined);
});

test("what is short is told in the words that players use", () => {
  const film = { ...full, durationSeconds: 62.4 };
  const flaw = judgeMedia(film, 9, { audioOnly: false, expectedSeconds: 3723 });
  assert.deepEqual(flaw?.sentence, {
    en: "It is 1:02 long, although the site says 1:02:03.",
    ru: "Длительность 1:02, хотя на сайте указано 1:02:03.",
  });
});

const ends = { startPlays: true, endSeconds: 59.9 };
const mp4 = { durationSeconds: 60, container: "mov,mp4" };

test("a file whose figures are suspicious is judged by what its ends play", () => {
  assert.equal(judgeEnds(mp4, ends, {}, undefined), undefined);
  assert.equal(judgeEnds(mp4, { ...ends, startPlays: false }, {}, undefined)?.usable, false);
  const broken = { startPlays: true, endSeconds: undefined };
  const told = (listedSeconds: number) => judgeEnds(mp4, { ...broken, listedSeconds }, {}, undefined);
  assert.deepEqual(
    [told(20), told(60)].map((flaw) => [flaw?.sentence["en"], flaw?.seconds]),
    [
      ["Only 0:20 of 1:00 is there.", 20],
      ["Its end cannot be played.", 0],
    ],
  );
  assert.equal(judgeEnds({ ...mp4, container: "flv" }, broken, {}, undefined), undefined, "it cannot be searched");
});

test("the head of a file that promises more than was announced is believed nothing", () => {
  const head = { durationSeconds: 600, container: "matroska,webm" };
  assert.equal(judgeEnds(head, ends, { expectedSeconds: 60 }, undefined), undefined);
  assert.equal(judgeEnds(head, ends, {}, undefined)?.sentence["en"], "Only 1:00 of 10:00 is there.");
});

test("figures are suspicious where they contradict each other, and only there", () => {
  const streams = {
    ...{ durationSeconds: 60, claimedBytes: 1000, hasVideo: true, hasAudio: true, container: "mov,mp4" },
    ...{ videoCodecs: [], audioCodecs: [], covers: [] },
  };
  const plain = {
    ...{ streams, sizeBytes: 1010, expectedSeconds: 60 },
    ...{ lastSeconds: undefined, lookedAtEnd: false, blank: false },
  };
  assert.equal(isSuspicious(plain), false);
  for (const odd of [
    { blank: true },
    { sizeBytes: 800 },
    { expectedSeconds: 20 },
    { lookedAtEnd: true },
    { lookedAtEnd: true, lastSeconds: 50 },
  ])
    assert.equal(isSuspicious({ ...plain, ...odd }), true, JSON.stringify(odd));
  assert.equal(isSuspicious({ ...plain, lookedAtEnd: true, lastSeconds: 59 }), false);
});
