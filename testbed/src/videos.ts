import { createCipheriv, createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { appendFile, copyFile, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { cachedFile, cachedFolder, keyOf, videoCacheFolder } from "./video-cache.ts";

/** Raise this when a recipe below changes, so that old files of the cache are not used. */
const recipeVersion = 3;
const framesPerSecond = 10;
const codecs = {
  mp4: ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-movflags", "+faststart"],
  webm: ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"],
} as const;
const paddingChunkBytes = 1 << 20;

/** A test picture with a tone. */
export interface SampleVideo {
  /** Two seeds give two files that differ in bytes, and show the same: encoding each would cost the tests half a minute of CPU. */
  seed: string;
  /** Default 2. */
  seconds?: number | undefined;
  /** Pixels, even; default 160 × 90. */
  width?: number | undefined;
  height?: number | undefined;
  /** Default "mp4": H.264 and AAC. "webm": VP9 and Opus. */
  container?: "mp4" | "webm" | undefined;
}

interface CacheOption {
  /** Where made videos are kept; by default a folder below this package's node_modules. */
  cacheFolder?: string;
}

/** The path of a video (index first, so that it plays while it loads), which is encoded if there is none of its size yet. */
export async function makeVideo(video: SampleVideo, { cacheFolder = videoCacheFolder }: CacheOption = {}) {
  const { seed, ...look } = complete(video);
  const { container = "mp4" } = video;
  const encoded = await encodeVideo({ ...look, container }, cacheFolder);
  // Nothing may stand behind the end of a WebM.
  if (container === "webm") return encoded;
  return cachedFile(cacheFolder, `${keyOf(["seed", recipeVersion, look, seed])}.mp4`, async (path) => {
    await copyFile(encoded, path);
    await appendFile(path, freeBox(Buffer.from(seed)));
  });
}

type Look = { seconds: number; width: number; height: number; container: keyof typeof codecs };

async function encodeVideo({ seconds, width, height, container }: Look, cacheFolder: string): Promise<string> {
  const key = keyOf([recipeVersion, seconds, width, height]);
  return cachedFile(cacheFolder, `${key}.${container}`, async (path) => {
    const picture = `testsrc2=size=${width}x${height}:rate=${framesPerSecond}:duration=${seconds}`;
    await ffmpeg([
      ...["-f", "lavfi", "-i", picture],
      ...["-f", "lavfi", "-i", `sine=frequency=440:sample_rate=44100:duration=${seconds}`],
      ...codecs[container],
      ...["-pix_fmt", "yuv420p", "-g", String(framesPerSecond), "-b:a", "48k"],
      ...["-metadata", "comment=a sample", path],
    ]);
  });
}

/** A box whose content players skip (ISO 14496-12, 8.1.2). */
function freeBox(content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(header.length + content.length, 0);
  header.write("free", 4, "latin1");
  return Buffer.concat([header, content]);
}

/**
 * The path of a playable mp4 of exactly `sizeBytes`: a short video with a box of pseudo-random bytes behind it, which
 * players skip (ISO 14496-12, 8.1.2 "free") and nothing on the way can compress. Made at the speed of the disk.
 */
export async function makeLargeVideo(
  { seed, sizeBytes }: { seed: string; sizeBytes: number },
  { cacheFolder = videoCacheFolder }: CacheOption = {},
): Promise<string> {
  const base = await makeVideo({ seed: "large" }, { cacheFolder });
  const paddingBytes = sizeBytes - (await stat(base)).size - 16;
  if (paddingBytes < 0) throw new RangeError(`A large video is at least 200 kB, not ${sizeBytes} bytes.`);
  return cachedFile(cacheFolder, `${keyOf(["large", recipeVersion, seed, sizeBytes])}.mp4`, async (path) => {
    await copyFile(base, path);
    await pipeline(paddingBox(seed, paddingBytes), createWriteStream(path, { flags: "a" }));
  });
}

/**
 * The folder of a finished HLS stream in segments of one second. Of one video: `index.m3u8` is the media playlist; of
 * several, it is a master playlist with a variant for each, told apart by height.
 */
export async function makeHls(
  variants: readonly SampleVideo[],
  { cacheFolder = videoCacheFolder }: CacheOption = {},
): Promise<string> {
  const recipes = variants.map(complete).map(({ seconds, width, height }) => ({ seconds, width, height }));
  const encode = (recipe: (typeof recipes)[number]) => encodeVideo({ ...recipe, container: "mp4" }, cacheFolder);
  return cachedFolder(cacheFolder, `${keyOf(["hls", recipeVersion, recipes])}.hls`, async (folder) => {
    const [only, second] = recipes;
    if (only !== undefined && second === undefined) return segment(await encode(only), folder);
    const lines = ["#EXTM3U", "#EXT-X-VERSION:3"];
    for (const recipe of recipes) {
      const video = await encode(recipe);
      const name = `${recipe.height}p`;
      await mkdir(join(folder, name));
      await segment(video, join(folder, name));
      const bitsPerSecond = Math.round(((await stat(video)).size * 8) / recipe.seconds);
      lines.push(
        `#EXT-X-STREAM-INF:BANDWIDTH=${bitsPerSecond},RESOLUTION=${recipe.width}x${recipe.height}`,
        `${name}/index.m3u8`,
      );
    }
    await writeFile(join(folder, "index.m3u8"), `${lines.join("\n")}\n`);
  });
}

async function segment(video: string, folder: string): Promise<void> {
  await ffmpeg([
    ...["-i", video, "-c", "copy", "-f", "hls", "-hls_time", "1", "-hls_playlist_type", "vod"],
    ...["-hls_segment_filename", join(folder, "segment%04d.ts"), join(folder, "index.m3u8")],
  ]);
}

function complete({ seed, seconds = 2, width = 160, height = 90 }: SampleVideo) {
  return { seed, seconds, width, height };
}

/** A box with a 64-bit size (16 bytes of header) and the same bytes for the same seed. */
function* paddingBox(seed: string, paddingBytes: number): Generator<Buffer> {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(1, 0);
  header.write("free", 4, "latin1");
  header.writeBigUInt64BE(BigInt(paddingBytes + header.length), 8);
  yield header;
  const key = createHash("sha256").update(seed).digest().subarray(0, 16);
  const cipher = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
  const zeros = Buffer.alloc(paddingChunkBytes);
  for (let left = paddingBytes; left > 0; left -= zeros.length) {
    yield cipher.update(zeros.subarray(0, Math.min(left, zeros.length)));
  }
}

export async function ffmpeg(args: readonly string[]): Promise<void> {
  await execa("ffmpeg", ["-nostdin", "-v", "error", "-y", "-threads", "1", ...args]);
}
