import { execa } from "execa";
import type { Walls } from "../process/walls.ts";

/** The conditions under which pictures are encoded. */
export type ThumbnailRun = {
  /** The environment of the programs that the worker starts. */
  readonly environment: Readonly<Record<string, string>>;
  readonly walls: Walls;
};

/**
 * Encodes a picture from a site anew: a JPEG of at most 24 KiB that fits into 320 × 320 pixels, without metadata. Returns
 * undefined if it is no such picture, or too large. One picture at a time is encoded.
 *
 * @throws the reason of the signal
 */
export type EncodeThumbnail = (picture: Buffer, signal: AbortSignal) => Promise<Buffer | undefined>;

export const mostThumbnailBytes = 24 * 1024;
const longestSide = 320;

/** mjpeg's scale: 2 is the best, 31 the worst. */
const qualities = [5, 12, 25];

/** 16 million pixels: a picture of 4096 × 4096. */
const mostPixels = 1 << 24;
const mostSeconds = 5;
/** RLIMIT_DATA. The programs take 40 MB of it, the largest picture 130 MB. */
const mostKilobytes = 256 * 1024;

/** Demuxers and decoders of ffmpeg 7.1, by the first bytes of a picture. ffmpeg recognizes nothing by itself. */
const kinds = [
  { beginning: Buffer.from("ffd8ff", "hex"), demuxer: "jpeg_pipe", decoder: "mjpeg" },
  { beginning: Buffer.from("89504e470d0a1a0a", "hex"), demuxer: "png_pipe", decoder: "png" },
  { beginning: Buffer.from("RIFF"), demuxer: "webp_pipe", decoder: "webp" },
  { beginning: Buffer.from("GIF8"), demuxer: "gif", decoder: "gif" },
] as const;

export function createThumbnailEncoder(run: ThumbnailRun): EncodeThumbnail {
  let last: Promise<unknown> = Promise.resolve();
  return async (picture, signal) => {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    try {
      await before;
      return await encodeThumbnail(picture, run, signal);
    } finally {
      resolve();
    }
  };
}

async function encodeThumbnail(picture: Buffer, run: ThumbnailRun, signal: AbortSignal): Promise<Buffer | undefined> {
  const kind = kinds.find(({ beginning }) => picture.subarray(0, beginning.length).equals(beginning));
  if (kind === undefined) return undefined;
  for (const quality of qualities) {
    const jpeg = await runFfmpeg([...inputArguments(kind), ...outputArguments(quality)], picture, run, signal);
    if (jpeg === undefined || jpeg.length <= mostThumbnailBytes) return jpeg;
  }
  return undefined;
}

function inputArguments({ demuxer, decoder }: (typeof kinds)[number]): string[] {
  const bounds = ["-threads", "1", "-max_pixels", String(mostPixels), "-protocol_whitelist", "pipe"];
  return [...bounds, "-f", demuxer, "-c:v", decoder, "-i", "pipe:0"];
}

/** Never enlarges. Without `bitexact` ffmpeg names itself in the picture. */
function outputArguments(quality: number): string[] {
  const fit = `scale=w='min(${longestSide},iw)':h='min(${longestSide},ih)':force_original_aspect_ratio=decrease`;
  return [
    ...["-map", "0:v:0", "-frames:v", "1", "-map_metadata", "-1", "-filter_threads", "1"],
    ...["-vf", `${fit}:out_range=full,format=yuvj420p`, "-threads", "1", "-flags:v", "+bitexact"],
    ...["-c:v", "mjpeg", "-q:v", String(quality), "-f", "mjpeg", "pipe:1"],
  ];
}

/** The time of the processor is limited, too, in case that nobody is there any more to end the program. */
const limits = `ulimit -d ${mostKilobytes} -t ${mostSeconds} 2>/dev/null; exec nice -n 19 "$@"`;

async function runFfmpeg(
  args: readonly string[],
  picture: Buffer,
  { environment, walls }: ThumbnailRun,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  signal.throwIfAborted();
  const ffmpeg = ["ffmpeg", "-nostdin", "-v", "error", ...args] as const;
  const result = await execa("/bin/sh", ["-c", limits, "sh", ...walls.confine([...ffmpeg], { read: [], write: [] })], {
    input: picture,
    encoding: "buffer",
    maxBuffer: 1 << 20,
    env: { ...environment },
    extendEnv: false,
    reject: false,
    timeout: mostSeconds * 1000,
    killSignal: "SIGKILL",
    cancelSignal: signal,
    stderr: "ignore",
  });
  if (result.isCanceled) throw signal.reason;
  const { exitCode, stdout } = result;
  return exitCode === 0 && isJpeg(stdout) ? Buffer.from(stdout) : undefined;
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes.length > 4 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
}
