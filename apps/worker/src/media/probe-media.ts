import { ffprobe } from "./ffprobe.ts";

/** What a file really holds. */
export type MediaStreams = {
  /** Undefined where the container does not tell. */
  durationSeconds?: number;
  hasVideo: boolean;
  hasAudio: boolean;
  /** As ffprobe names them: "h264", "aac"; each once. */
  videoCodecs: readonly string[];
  audioCodecs: readonly string[];
  /** Pictures that stand for the whole, by their numbers among the streams. */
  covers: readonly number[];
  /** As ffprobe names it: "mov,mp4,m4a,3gp,3g2,mj2". */
  container: string;
  /** Of the picture, in pixels, as stored. */
  width?: number;
  height?: number;
};

const entries =
  "format=format_name,duration:stream=index,codec_type,codec_name,width,height,duration:stream_disposition=attached_pic";

/** Asks ffprobe about a file; undefined where it finds no media in it. */
export async function probeMedia(path: string, signal: AbortSignal): Promise<MediaStreams | undefined> {
  const output = await ffprobe(["-of", "json", "-show_entries", entries], path, signal);
  return output === undefined ? undefined : readStreams(JSON.parse(output) as ProbeOutput);
}

type ProbeOutput = {
  format?: { format_name?: string; duration?: string };
  streams?: {
    index?: number;
    codec_type?: string;
    codec_name?: string;
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
  const videos = streams.filter(
    ({ codec_type, disposition }) => codec_type === "video" && disposition?.attached_pic !== 1,
  );
  const covers = streams.flatMap(({ index, disposition }) => (disposition?.attached_pic === 1 ? (index ?? []) : []));
  const sounds = streams.filter(({ codec_type }) => codec_type === "audio");
  const [video] = videos;
  if (video === undefined && sounds.length === 0) return undefined;
  // Subtitles and a cover last as long as the site said, however much of the video is there.
  const durations = known([...videos, ...sounds].map(({ duration }) => duration));
  const [whole] = known([output.format?.duration]);
  const durationSeconds = durations.length === 0 ? whole : Math.max(...durations);
  return {
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    hasVideo: video !== undefined,
    hasAudio: sounds.length > 0,
    videoCodecs: codecs(videos),
    audioCodecs: codecs(sounds),
    covers,
    container: output.format?.format_name ?? "",
    ...(video?.width === undefined ? {} : { width: video.width }),
    ...(video?.height === undefined ? {} : { height: video.height }),
  };
}

function known(durations: readonly (string | undefined)[]): number[] {
  return durations.map(Number).filter((seconds) => Number.isFinite(seconds) && seconds > 0);
}

function codecs(streams: readonly { codec_name?: string }[]): string[] {
  return [...new Set(streams.flatMap(({ codec_name }) => codec_name ?? []))];
}
