import { rename, rm } from "node:fs/promises";
import { constants } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import type { ProcessIdentity } from "@dwld/queue";
import { runProgram } from "../process/follow.ts";
import type { Walls } from "../process/walls.ts";
import { mediaAlone } from "./containers.ts";
import type { MediaStreams } from "./probe-media.ts";

/** Codecs that older telephones play. */
const wanted = { video: "h264", audio: "aac" } as const;

/** x264's default is 23; below 18 nobody sees a difference. */
const quality = "20";

/** Returns whether a file is not yet MP4 with H.264 and AAC. */
export function needsRecoding(path: string, streams: Pick<MediaStreams, "videoCodecs" | "audioCodecs">): boolean {
  return extname(path).toLowerCase() !== ".mp4" || foreignCodecs(streams).video || foreignCodecs(streams).audio;
}

function foreignCodecs({ videoCodecs, audioCodecs }: Pick<MediaStreams, "videoCodecs" | "audioCodecs">) {
  return {
    video: videoCodecs.some((codec) => codec !== wanted.video),
    audio: audioCodecs.some((codec) => codec !== wanted.audio),
  };
}

/**
 * Returns ffmpeg's command line: encodes streams of other codecs and copies the rest; chapters, tags, text subtitles and
 * covers stay. Sides become even, as 4:2:0 requires. `V` means a picture that is no cover, but only for inputs: among
 * outputs ffmpeg 7 counts covers too, so the first picture is addressed there. A cover in front would hide the progress.
 */
function recodeArguments(from: string, to: string, streams: MediaStreams): [string, ...string[]] {
  const { video, audio } = foreignCodecs(streams);
  return [
    ...(["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y"] as const),
    ...["-progress", "pipe:1", ...mediaAlone, "-i", `file:${from}`, "-map", "0:V:0", "-map", "0:a?", "-map", "0:s?"],
    ...streams.covers.flatMap((index) => ["-map", `0:${index}`]),
    ...["-c", "copy"],
    ...(video ? ["-c:v:0", "libx264", "-preset", "fast", "-crf", quality] : []),
    ...(video ? ["-filter:v:0", "scale=trunc(iw/2)*2:trunc(ih/2)*2,format=yuv420p"] : []),
    ...(audio ? ["-c:a", "aac", "-b:a", "192k"] : []),
    ...["-c:s", "mov_text", "-movflags", "+faststart", "-f", "mp4", `file:${to}`],
  ];
}

/** Reads a line of ffmpeg's `-progress`: the time written so far, in microseconds. */
export function readWrittenSeconds(line: string): number | undefined {
  const microseconds = /^out_time_us=(\d+)$/.exec(line)?.[1];
  return microseconds === undefined ? undefined : Number(microseconds) / 1e6;
}

/** ffmpeg could not encode the video; the message ends with ffmpeg's own last line. */
export class RecodeError extends Error {
  readonly code = "recode";
  /** The disk had no space for the new file. */
  readonly diskFull: boolean;

  constructor(message: string, diskFull: boolean) {
    super(message);
    this.diskFull = diskFull;
  }
}

/** Exit status of ffmpeg after ENOSPC: 256 minus the error's number. Its last line tells less. */
const noSpaceStatus = 256 - constants.errno.ENOSPC;

export type RecodeRun = {
  /** Absolute path of the folder for parts. */
  temp: string;
  env: Readonly<Record<string, string>>;
  walls: Walls;
  signal: AbortSignal;
  onLeader: (leader: ProcessIdentity) => Promise<void>;
  onWritten: (seconds: number) => void;
};

/**
 * Encodes a video as MP4 with H.264 and AAC beside the original, and removes the original. Returns the new path. yt-dlp's
 * own `--recode-video` looks at the container alone and reports no progress.
 *
 * @throws RecodeError; the reason of the signal
 */
export async function recodeVideo(path: string, streams: MediaStreams, run: RecodeRun): Promise<string> {
  const stem = basename(path, extname(path));
  const part = join(run.temp, `${stem}.recoding.mp4`);
  let lastLine = "";
  let saysFull = false;
  const { exitCode, signal } = await runProgram({
    argv: run.walls.confine(recodeArguments(path, part, streams), { read: [path], write: [run.temp] }),
    cwd: run.temp,
    env: run.env,
    signal: run.signal,
    onLeader: run.onLeader,
    onLine: ({ from, text }) => {
      const seconds = from === "stdout" ? readWrittenSeconds(text) : undefined;
      if (seconds !== undefined) run.onWritten(seconds);
      if (from === "stdout") return;
      lastLine = text;
      saysFull ||= text.includes("No space left on device");
    },
  });
  run.signal.throwIfAborted();
  if (exitCode !== 0) {
    await rm(part, { force: true });
    const reason = lastLine === "" ? (signal ?? `exit status ${exitCode}`) : lastLine;
    throw new RecodeError(`ffmpeg could not encode the video: ${reason}`, exitCode === noSpaceStatus || saysFull);
  }
  const target = join(dirname(path), `${stem}.mp4`);
  await rename(part, target);
  if (target !== path) await rm(path);
  return target;
}
