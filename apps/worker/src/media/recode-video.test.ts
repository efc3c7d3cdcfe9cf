import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { MountError, mountSmallDisk } from "@dwld/testbed";
import { execa } from "execa";
import { noWalls } from "../process/walls.ts";
import { probeMedia } from "./probe-media.ts";
import { needsRecoding, readWrittenSeconds, RecodeError, recodeVideo } from "./recode-video.ts";

const never = new AbortController().signal;
const env = { PATH: process.env["PATH"] ?? "" };
const probeRun = { walls: noWalls, environment: env, signal: never };

async function freshFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dwld-recode-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

const cases: [path: string, videoCodecs: string[], audioCodecs: string[], needs: boolean][] = [
  ["a.mp4", ["h264"], ["aac"], false],
  ["a.MP4", ["h264"], [], false],
  ["a.mp4", ["av1"], ["aac"], true],
  ["a.mp4", ["h264"], ["opus"], true],
  ["a.mkv", ["h264"], ["aac"], true],
  ["a.mp4", ["h264", "hevc"], ["aac"], true],
];
for (const [path, videoCodecs, audioCodecs, needs] of cases)
  test(`recode: ${path} with ${[...videoCodecs, ...audioCodecs].join(" and ")} is ${needs ? "" : "not "}encoded`, () => {
    assert.equal(needsRecoding(path, { videoCodecs, audioCodecs }), needs);
  });

test("recode: the written time is read from ffmpeg's progress", () => {
  assert.equal(readWrittenSeconds("out_time_us=1500000"), 1.5);
  assert.equal(readWrittenSeconds("out_time_us=N/A"), undefined);
  assert.equal(readWrittenSeconds("progress=continue"), undefined);
});

test("recode: VP9 and Opus with odd sides, subtitles, chapters and a cover in Matroska become an MP4 with all of it", async (t) => {
  const folder = await freshFolder(t);
  const temp = await freshFolder(t);
  const path = join(folder, "a.mkv");
  const make = async (...args: string[]) => execa("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args], { cwd: temp });
  await make(
    ...["-f", "lavfi", "-i", "testsrc2=size=161x91:rate=10:duration=2", "-f", "lavfi", "-i", "sine=duration=2"],
    ...["-c:v", "libvpx-vp9", "-deadline", "realtime", "-pix_fmt", "yuv444p", "-c:a", "libopus", "video.mkv"],
  );
  await make("-f", "lavfi", "-i", "testsrc2=size=32x32", "-frames:v", "1", "cover.jpg");
  const texts: [string, string][] = [
    ["words.srt", "1\n00:00:00,000 --> 00:00:01,000\nwords\n"],
    ["chapters.txt", ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=1\ntitle=A\n"],
  ];
  for (const [name, text] of texts) await execa("tee", [name], { cwd: temp, input: text });
  await make(
    ...["-i", "video.mkv", "-i", "words.srt", "-i", "chapters.txt", "-map", "0", "-map", "1", "-map_chapters", "2"],
    ...["-c", "copy", "-attach", "cover.jpg", "-metadata:s:t", "mimetype=image/jpeg", path],
  );
  const before = await probeMedia(path, probeRun);
  assert.ok(before !== undefined && needsRecoding(path, before));

  let written = 0;
  const run = {
    temp,
    env,
    walls: noWalls,
    signal: never,
    onLeader: () => Promise.resolve(),
    onWritten: (seconds: number) => (written = seconds),
  };
  const target = await recodeVideo(path, before, run);
  assert.equal(target, join(folder, "a.mp4"));
  assert.deepEqual(await readdir(folder), ["a.mp4"]);
  const after = await probeMedia(target, probeRun);
  assert.partialDeepStrictEqual(after, { videoCodecs: ["h264"], audioCodecs: ["aac"], width: 160, height: 90 });
  assert.ok(after !== undefined && !needsRecoding(target, after));
  const { stdout } = await execa("ffprobe", ["-v", "error", "-show_streams", "-show_chapters", "-of", "flat", target]);
  assert.match(stdout, /codec_name="mov_text"/);
  assert.match(stdout, /attached_pic=1/);
  assert.match(stdout, /chapter.*title="A"/);

  // Without a cover: a cover has no time, and ffmpeg then reports none.
  const plain = await probeMedia(join(temp, "video.mkv"), probeRun);
  assert.ok(plain);
  await recodeVideo(join(temp, "video.mkv"), plain, run);
  assert.ok(written >= 1, `${written} s were reported`);
});

test("recode: a failure says why, and leaves the file as it was", async (t) => {
  const folder = await freshFolder(t);
  const path = join(folder, "a.mkv");
  await execa("tee", [path], { input: "no video" });
  const streams = { hasVideo: true, hasAudio: false, videoCodecs: ["vp9"], audioCodecs: [], covers: [], container: "" };
  const run = {
    temp: folder,
    env,
    walls: noWalls,
    signal: never,
    onLeader: () => Promise.resolve(),
    onWritten: () => undefined,
  };
  await assert.rejects(recodeVideo(path, streams, run), (error) => {
    assert.ok(error instanceof RecodeError);
    assert.match(error.message, /could not encode the video: .*Invalid data/);
    return true;
  });
  assert.deepEqual(await readdir(folder), ["a.mkv"]);
});

test("recode: a full disk is reported, the file stays as it was and no partial file is left", async (t) => {
  try {
    await using disk = await mountSmallDisk(8);
    const path = join(disk.path, "a.mkv");
    await execa("ffmpeg", [
      ...["-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30:duration=20"],
      ...["-c:v", "mpeg4", path],
    ]);
    const streams = await probeMedia(path, probeRun);
    assert.ok(streams);
    await disk.fill(64 * 1024);
    const run = {
      temp: disk.path,
      env,
      walls: noWalls,
      signal: never,
      onLeader: () => Promise.resolve(),
      onWritten: () => undefined,
    };
    await assert.rejects(
      recodeVideo(path, streams, run),
      (error) => error instanceof RecodeError && error.diskFull && error.message.includes("could not encode"),
    );
    await disk.makeRoom();
    assert.deepEqual(await readdir(disk.path), ["a.mkv"]);
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    t.skip(error.message);
  }
});
