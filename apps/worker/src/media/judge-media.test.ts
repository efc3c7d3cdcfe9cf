import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeVideo } from "@dwld/testbed";
import { judgeEnd, judgeMedia } from "./judge-media.ts";
import { probeEnd } from "./probe-end.ts";
import { probeMedia, readStreams } from "./probe-media.ts";

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

for (const kind of ["mp4", "webm"] as const)
  test(`a ${kind} of which a part is missing is known by its end`, async (context) => {
    const whole = await makeVideo({ seed: "end", seconds: 10, container: kind });
    const folder = await mkdtemp(join(tmpdir(), "dwld-end-"));
    context.after(() => rm(folder, { recursive: true }));
    const judge = async (path: string) => {
      const streams = await probeMedia(path, context.signal);
      assert.ok(streams);
      assert.ok(
        judgeMedia(streams, 1, { audioOnly: false, expectedSeconds: 10 }).fits,
        "its head says that it is whole",
      );
      return judgeEnd(streams, await probeEnd(path, context.signal));
    };
    assert.deepEqual(await judge(whole), { fits: true });
    const bytes = await readFile(whole);
    for (const share of [0.3, 0.85]) {
      const path = join(folder, `${share}.${kind}`);
      await writeFile(path, bytes.subarray(0, bytes.length * share));
      const verdict = await judge(path);
      assert.equal(verdict.fits ? undefined : verdict.failureClass, "truncated", `${share} of it`);
    }
  });

test("where a container cannot be searched, nothing is said of its end", () => {
  assert.ok(judgeEnd({ durationSeconds: 9, container: "flv" }, undefined).fits);
  assert.ok(judgeEnd({ container: "mov,mp4" }, undefined).fits);
});
