import { execa } from "execa";

/** What a file really holds. */
export type MediaStreams = {
  /** Undefined where the container does not tell. */
  durationSeconds?: number;
  hasVideo: boolean;
  hasAudio: boolean;
  /** Of the picture, in pixels, as stored. */
  width?: number;
  height?: number;
};

/** ffprobe cannot be run: a matter of this machine, not of the file. */
export class FfprobeUnavailableError extends Error {
  readonly code = "ffprobe";
}

const probeTimeoutMs = 60_000;

/**
 * Asks ffprobe about a file; undefined where it finds no media in it.
 *
 * @throws FfprobeUnavailableError
 */
export async function probeMedia(path: string, signal: AbortSignal): Promise<MediaStreams | undefined> {
  const result = await execa(
    "ffprobe",
    ["-v", "error", "-of", "json"]
      .concat([
        "-show_entries",
        "format=duration:stream=codec_type,width,height,duration:stream_disposition=attached_pic",
      ])
      // "file:" keeps ffprobe from taking a name for a protocol.
      .concat(["-i", `file:${path}`]),
    { reject: false, timeout: probeTimeoutMs, cancelSignal: signal, stdin: "ignore" },
  );
  if (result.isCanceled) throw signal.reason;
  if (result.exitCode === undefined && !result.timedOut)
    throw new FfprobeUnavailableError(
      `ffprobe cannot be run: ${result.shortMessage}. Install ffmpeg on the worker's machine.`,
    );
  if (result.exitCode !== 0) return undefined;
  return readStreams(JSON.parse(result.stdout) as ProbeOutput);
}

type ProbeOutput = {
  format?: { duration?: string };
  streams?: {
    codec_type?: string;
    width?: number;
    height?: number;
    duration?: string;
    disposition?: { attached_pic?: number };
  }[];
};

/** ffprobe's JSON (`-show_entries`, version 7): durations are texts, in seconds. */
export function readStreams(output: ProbeOutput): MediaStreams | undefined {
  const streams = output.streams ?? [];
  // A cover is a picture, not a video.
  const video = streams.find(
    ({ codec_type, disposition }) => codec_type === "video" && disposition?.attached_pic !== 1,
  );
  const hasAudio = streams.some(({ codec_type }) => codec_type === "audio");
  if (video === undefined && !hasAudio) return undefined;
  const durations = [output.format?.duration, ...streams.map(({ duration }) => duration)]
    .map(Number)
    .filter((seconds) => Number.isFinite(seconds) && seconds > 0);
  return {
    ...(durations.length === 0 ? {} : { durationSeconds: Math.max(...durations) }),
    hasVideo: video !== undefined,
    hasAudio,
    ...(video?.width === undefined ? {} : { width: video.width }),
    ...(video?.height === undefined ? {} : { height: video.height }),
  };
}
