import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { defaultOptions, type TaskOptions } from "@dwld/options";
import { makeVideo } from "@dwld/testbed";
import { execa } from "execa";
import { noWalls } from "../process/walls.ts";
import { type ReadPlainMedia, readPlainMedia } from "../media/plain/read-plain-media.ts";
import { programEnvironment } from "../process/program-environment.ts";
import { type Verification, verifyFiles } from "./verify-files.ts";

/** Files of ten seconds that ffmpeg makes, broken as sites break them. */

let folder = "";
let mp4 = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-verify-"));
  mp4 = await makeVideo({ seed: "verify", seconds: 10, width: 320, height: 180 });
});
after(() => rm(folder, { recursive: true }));

type Change = (bytes: Buffer) => Buffer;
type Given = { unannounced?: true; unmeasured?: true; soundOnly?: true; options?: Partial<TaskOptions> };

const made = new Map<string, Promise<Buffer>>();

/** Returns the bytes of a file that ffmpeg makes with these arguments, once for all tests. */
async function fileOf(name: string, args: readonly string[]): Promise<Buffer> {
  const key = [...args, name].join(" ");
  const making = made.get(key) ?? make(name, args);
  made.set(key, making);
  return await making;
}

async function make(name: string, args: readonly string[]): Promise<Buffer> {
  const path = join(await mkdtemp(join(folder, "made-")), name);
  await execa("ffmpeg", ["-nostdin", "-v", "error", "-i", mp4, ...args, path]);
  return await readFile(path);
}

/** Verifies a file that ffmpeg makes with these arguments and that is changed then. */
async function verify(name: string, args: readonly string[], change: Change, given: Given = {}) {
  const { options = {}, unannounced = false, ...known } = given;
  const home = await mkdtemp(join(folder, "home-"));
  const path = join(home, name);
  await writeFile(path, change(await fileOf(name, args)));
  const expected = {
    options: { ...defaultOptions, ...options },
    outputs: [{ path, label: "", ...known, ...(unannounced ? {} : { expectedSeconds: 10 }) }],
    video: { title: "A title", id: "id" },
    recode: () => assert.fail("nobody asked for it"),
  };
  const run = { walls: noWalls, environment: programEnvironment(process.env), signal: AbortSignal.timeout(60_000) };
  const said = async (readPlain: ReadPlainMedia) => wordsOf(await verifyFiles(home, expected, { ...run, readPlain }));
  const words = await said(readPlainMedia);
  // A file of another form is judged by ffprobe in both ways.
  if ((await readPlainMedia(path)) !== undefined)
    assert.equal(words, await said(() => Promise.resolve(undefined)), "ffprobe judges otherwise");
  return words;
}

function wordsOf(verified: Verification): string {
  if (!verified.fits) return `unfit: ${verified.failureClass}: ${verified.reason}`;
  const { defect } = verified;
  return defect === undefined ? "fits" : `defect: ${defect.failureClass}: ${defect.sentence.en}`;
}

const copy = ["-c", "copy"];
const inFront = [...copy, "-movflags", "+faststart"];
const vp9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "10", "-c:a", "libopus"];

const whole: Change = (bytes) => bytes;
const cut: Change = (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.4));
/** Replaces the samples of an MP4 by zeros, from a share of the file on, and keeps its header. */
const zeros =
  (share: number): Change =>
  (bytes) =>
    Buffer.from(bytes).fill(0, Math.max(bytes.indexOf("mdat") + 4, Math.floor(bytes.length * share)));
const headerAlone: Change = (bytes) => bytes.subarray(0, bytes.indexOf("mdat") + 4);
/** Rewrites Matroska's duration, element 0x4489, a float of milliseconds. */
const claimsMinute: Change = (bytes) => {
  const lying = Buffer.from(bytes);
  lying.writeDoubleBE(60_000, bytes.indexOf(Buffer.from([0x44, 0x89, 0x88])) + 3);
  return lying;
};

/** Multiplies the number of frames that an MP3 claims, behind "Info" and four flags, by ten. */
const claimsFrames: Change = (bytes) => {
  const lying = Buffer.from(bytes);
  const at = bytes.indexOf("Info") + 8;
  lying.writeUInt32BE(bytes.readUInt32BE(at) * 10, at);
  return lying;
};

const containers: [name: string, args: string[]][] = [
  ["front.mp4", inFront],
  ["sidx.mp4", [...copy, "-movflags", "+dash+global_sidx"]],
  ["fragments.mp4", [...copy, "-movflags", "+frag_keyframe+empty_moov"]],
  ["a.mkv", copy],
  ["a.ts", copy],
  ["a.flv", copy],
  ["a.webm", vp9],
];
for (const [name, args] of containers)
  describe(`verify: ${name}`, () => {
    test("a whole file fits, whether or not its length was known", async () => {
      assert.equal(await verify(name, args, whole), "fits");
      assert.equal(await verify(name, args, whole, { unmeasured: true, unannounced: true }), "fits");
    });

    test("a file that is cut off is truncated, whatever its header says, and the rest of it is measured", async () => {
      assert.match(
        await verify(name, args, cut),
        /^defect: truncated: (?:Only 0:0[345] of 0:10 is there|It is 0:0[345] long, although the site says 0:10)\.$/,
      );
    });
  });

const ofUnknownSize = { unannounced: true, unmeasured: true } as const;
const cases: [what: string, expected: string, name: string, args: readonly string[], change: Change, given?: Given][] =
  [
    [
      "an MP4 with its head at the end, cut off",
      "unfit: wrong_media: The file holds no video and no sound.",
      "b.mp4",
      copy,
      cut,
    ],
    ["a header without samples", "unfit: wrong_media: Nothing of it can be played.", "h.mp4", inFront, headerAlone],
    ["zeros behind a good header", "unfit: wrong_media: Nothing of it can be played.", "z.mp4", inFront, zeros(0)],
    ["zeros from the middle on", "defect: truncated: Its end cannot be played.", "z.mp4", inFront, zeros(0.5)],
    ["a header that claims a minute, of ten announced seconds", "fits", "l.mkv", copy, claimsMinute],
    [
      "a header that claims a minute, without an announced duration",
      "defect: truncated: Only 0:10 of 1:00 is there.",
      ...(["l.mkv", copy, claimsMinute, { unannounced: true }] as const),
    ],
    ["sound for a video", "defect: wrong_media: It has no picture.", "s.m4a", ["-vn", ...copy], whole],
    ["the sound of a site that has no picture", "fits", "s.m4a", ["-vn", ...copy], whole, { soundOnly: true }],
    ["sound that was asked for", "fits", "s.m4a", ["-vn", ...copy], whole, { options: { audioOnly: true } }],
    [
      "sound that was asked for, cut off",
      "defect: truncated: Only 0:04 of 0:10 is there.",
      ...(["s.mp3", ["-vn", "-c:a", "libmp3lame"], cut, { options: { audioOnly: true } }] as const),
    ],
    [
      "a count of frames that claims ten times the sound",
      "defect: truncated: Only 0:10 of 1:41 is there.",
      ...(["c.mp3", ["-vn", "-c:a", "libmp3lame"], claimsFrames, { ...ofUnknownSize, soundOnly: true }] as const),
    ],
    [
      "a picture that ends before its sound",
      "defect: truncated: It is 0:03 long, although the site says 0:10.",
      ...(["p.mp4", [...copy, "-bsf:v", "noise=drop=gte(n\\,30)"], whole] as const),
    ],
    [
      "a sound that ends before its picture",
      "defect: truncated: Its sound ends after 0:03 of 0:10.",
      ...(["p.mp4", [...copy, "-bsf:a", "noise=drop=gte(n\\,129)"], whole] as const),
    ],
    [
      "a sound of a moment",
      "defect: truncated: Its sound ends after 0:00 of 0:10.",
      ...(["p.mp4", [...copy, "-bsf:a", "noise=drop=gte(n\\,1)"], whole] as const),
    ],
    ["a silent film", "fits", "f.mp4", ["-an", ...copy], whole],
  ];
for (const [what, expected, name, args, change, given] of cases)
  test(`verify: ${what}: ${expected}`, async () => {
    assert.equal(await verify(name, args, change, given), expected);
  });
