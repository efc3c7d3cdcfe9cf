import { ffprobe } from "./ffprobe.ts";

/** What a file really holds. */
export type MediaStreams = {
  /** Undefined where the container does not tell. */
  durationSeconds?: number;
  /** Of the picture alone, and of the sound. */
  pictureSeconds?: number;
  soundSeconds?: number;
  /** So many bytes of picture and sound should be there; undefined where the container does not tell. */
  claimedBytes?: number;
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
  "format=format_name,duration:stream=index,codec_type,codec_name,width,height,duration,bit_rate:stream_disposition=attached_pic:stream_tags=DURATION";

/** Asks ffprobe about a file; undefined where it finds no media in it. */
export async function probeMedia(path: string, signal: AbortSignal): Promise<MediaStreams | undefined> {
  const output = await ffprobe(["-of", "json", "-show_entries", entries], path, signal);
  return output === undefined ? undefined : readStreams(JSON.parse(output) as ProbeOutput);
}

/** A container can say any number; nothing lasts for longer than a year. */
const mostSeconds = 365 * 24 * 60 * 60;

type ProbeOutput = {
  format?: { format_name?: string; duration?: string };
  streams?: ProbedStream[];
};

type ProbedStream = {
  index?: number;
  codec_type?: string;
  codec_name?: string;
  width?: number;
  height?: number;
  duration?: string;
  bit_rate?: string;
  disposition?: { attached_pic?: number };
  tags?: { DURATION?: string };
};

/** ffprobe's JSON (`-show_entries`, version 7): numbers are texts, durations in seconds. */
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
  const durations = knownSeconds([...videos, ...sounds].map(({ duration }) => duration));
  const [whole] = knownSeconds([output.format?.duration]);
  const durationSeconds = durations.length === 0 ? whole : Math.max(...durations);
  return {
    ...optional("durationSeconds", durationSeconds),
    ...optional("pictureSeconds", longest(videos)),
    ...optional("soundSeconds", longest(sounds)),
    ...optional("claimedBytes", claimedBytes([...videos, ...sounds], durationSeconds)),
    hasVideo: video !== undefined,
    hasAudio: sounds.length > 0,
    videoCodecs: codecs(videos),
    audioCodecs: codecs(sounds),
    covers,
    container: output.format?.format_name ?? "",
    ...optional("width", video?.width),
    ...optional("height", video?.height),
  };
}

/** Matroska has it as a tag, "00:01:02.500000000". */
function secondsOf({ duration, tags }: ProbedStream): number | undefined {
  const [told] = knownSeconds([duration]);
  if (told !== undefined) return told;
  const clock = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(tags?.DURATION ?? "");
  return clock === null ? undefined : Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
}

function longest(streams: readonly ProbedStream[]): number | undefined {
  const all = streams.flatMap((stream) => secondsOf(stream) ?? []);
  return all.length === 0 ? undefined : Math.max(...all);
}

/** MP4 tells the bits of a second from its table of all samples, wherever those are; FLV from what was written first. */
function claimedBytes(streams: readonly ProbedStream[], wholeSeconds: number | undefined): number | undefined {
  const each = streams.map((stream) => {
    const [bitsPerSecond] = known([stream.bit_rate]);
    const seconds = secondsOf(stream) ?? wholeSeconds;
    return bitsPerSecond === undefined || seconds === undefined ? undefined : (bitsPerSecond * seconds) / 8;
  });
  return each.reduce<number | undefined>(
    (sum, bytes) => (sum === undefined || bytes === undefined ? undefined : sum + bytes),
    0,
  );
}

function optional<Key extends string>(key: Key, value: number | undefined): { [K in Key]?: number } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: number };
}

function known(numbers: readonly (string | undefined)[]): number[] {
  return numbers.map(Number).filter((number) => Number.isFinite(number) && number > 0);
}

function knownSeconds(durations: readonly (string | undefined)[]): number[] {
  return known(durations).filter((seconds) => seconds <= mostSeconds);
}

function codecs(streams: readonly ProbedStream[]): string[] {
  return [...new Set(streams.flatMap(({ codec_name }) => codec_name ?? []))];
}
