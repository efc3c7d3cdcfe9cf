import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { execa } from "execa";
import { makeHls, makeLargeVideo, makeVideo } from "./videos.ts";

async function emptyCache(t: TestContext): Promise<{ cacheFolder: string }> {
  const cacheFolder = await mkdtemp(join(tmpdir(), "dwld-videos-"));
  t.after(() => rm(cacheFolder, { recursive: true }));
  return { cacheFolder };
}

async function probe(path: string) {
  const { stdout } = await execa("ffprobe", ["-v", "error", "-of", "json", "-show_streams", "-show_format", path]);
  return JSON.parse(stdout) as {
    streams: { codec_name: string; width?: number; height?: number }[];
    format: { duration: string };
  };
}

test("videos: a video has the asked seconds and size, in H.264 with sound in AAC", async (t) => {
  const path = await makeVideo({ seed: "a", seconds: 3, width: 320, height: 180 }, await emptyCache(t));
  const { streams, format } = await probe(path);
  assert.deepEqual(
    streams.map(({ codec_name }) => codec_name),
    ["h264", "aac"],
  );
  assert.deepEqual([streams[0]?.width, streams[0]?.height], [320, 180]);
  assert.ok(Math.abs(Number(format.duration) - 3) < 0.1, format.duration);
});

test("videos: another seed gives other bytes, the same one the same file", async (t) => {
  const cache = await emptyCache(t);
  const [first, again, other] = [
    await makeVideo({ seed: "a", seconds: 1 }, cache),
    await makeVideo({ seed: "a", seconds: 1 }, cache),
    await makeVideo({ seed: "b", seconds: 1 }, cache),
  ];
  assert.equal(first, again);
  assert.notDeepEqual(await readFile(first), await readFile(other));
});

test("videos: concurrent makers of a video get the same whole file, and leave no other behind", async (t) => {
  const cache = await emptyCache(t);
  const paths = await Promise.all(Array.from({ length: 4 }, () => makeVideo({ seed: "a", seconds: 1 }, cache)));
  assert.equal(new Set(paths).size, 1);
  // The encoded one, and the one with the seed.
  assert.equal((await readdir(cache.cacheFolder)).length, 2);
  await probe(paths[0] ?? "");
});

test("videos: concurrent makers of a stream get the same whole folder, and leave no other behind", async (t) => {
  const cache = await emptyCache(t);
  const paths = await Promise.all(Array.from({ length: 3 }, () => makeHls([{ seed: "a", seconds: 2 }], cache)));
  assert.equal(new Set(paths).size, 1);
  assert.deepEqual((await readdir(cache.cacheFolder)).map((name) => name.replace(/.*\./, "")).toSorted(), [
    "hls",
    "mp4",
  ]);
});

test("videos: a large video has the asked bytes to the byte, still plays, and does not compress", async (t) => {
  const path = await makeLargeVideo({ seed: "a", sizeBytes: 5_000_000 }, await emptyCache(t));
  assert.equal((await stat(path)).size, 5_000_000);
  assert.equal((await probe(path)).streams.length, 2);
  const { stdout } = await execa("gzip", ["-c", path], { encoding: "buffer" });
  assert.ok(stdout.length > 4_900_000, String(stdout.length));
});

test("videos: a stream of one video is a finished playlist of segments", async (t) => {
  const folder = await makeHls([{ seed: "a", seconds: 3 }], await emptyCache(t));
  const playlist = await readFile(join(folder, "index.m3u8"), "utf8");
  assert.match(playlist, /#EXT-X-ENDLIST/);
  assert.equal(playlist.match(/segment\d+\.ts/g)?.length, 3);
});

test("videos: a stream of several videos is a master playlist that names each size", async (t) => {
  const variants = [
    { seed: "a", seconds: 1, width: 160, height: 90 },
    { seed: "a", seconds: 1, width: 320, height: 180 },
  ];
  const folder = await makeHls(variants, await emptyCache(t));
  const playlist = await readFile(join(folder, "index.m3u8"), "utf8");
  assert.match(playlist, /RESOLUTION=160x90\n90p\/index.m3u8\n.*RESOLUTION=320x180\n180p\/index.m3u8/);
  assert.match(await readFile(join(folder, "180p/index.m3u8"), "utf8"), /#EXT-X-ENDLIST/);
});
