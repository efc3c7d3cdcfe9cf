import { ffprobe, type ProbeRun } from "./ffprobe.ts";

/** Streams of a file, as ffprobe finds them. */
export type MediaStreams = {
  /** Undefined if the container does not tell. */
  durationSeconds?: number;
  /** Durations of the picture and of the sound. */
  pictureSeconds?: number;
  soundSeconds?: number;
  /** Size that picture and sound should have; undefined if the container does not tell. */
  claimedBytes?: number;
  hasVideo: boolean;
  hasAudio: boolean;
  /** Names of ffprobe ("h264", "aac"), each once. */
  videoCodecs: readonly string[];
  audioCodecs: readonly string[];
  /** Stream numbers of cover pictures. */
  covers: readonly number[];
  /** Name of ffprobe: "mov,mp4,m4a,3gp,3g2,mj2". */
  container: string;
  /** Size of the picture as stored, pixels. */
  width?: number;
  height?: number;
};

const entries =
  "format=format_name,duration:stream=index,codec_type,codec_name,width,height,duration,bit_rate:stream_disposition=attached_pic:stream_tags=DURATION";

/** Probes a file; undefined if ffprobe finds no media in it. */
export async function probeMedia(path: string, run: ProbeRun): Promise<MediaStreams | undefined> {
  const output = await ffprobe(["-of", "json", "-show_entries", entries], path, run);
  return output === undefined ? undefined : readStreams(JSON.parse(output) as ProbeOutput);
}

/** A container can claim any number; durations above a year are ignored. */
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

/** Reads the JSON of ffprobe 7 (`-show_entries`): numbers are texts, durations in seconds. */
export function readStreams(output: ProbeOutput): MediaStreams | undefined {
  const streams = output.streams ?? [];
  // A cover is a video stream to ffprobe.
  const videos = streams.filter(
    ({ codec_type, disposition }) => codec_type === "video" && disposition?.attached_pic !== 1,
  );
  const covers = streams.flatMap(({ index, disposition }) => (disposition?.attached_pic === 1 ? (index ?? []) : []));
  const sounds = streams.filter(({ codec_type }) => codec_type === "audio");
  const [video] = videos;
  if (video === undefined && sounds.length === 0) return undefined;
  // Subtitles and covers do not count: they last as long as the site said, however much of the video is there.
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

/** Returns the duration of a stream. Matroska has it as a tag, "00:01:02.500000000". */
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

/**
 * Returns the size that the bit rates claim. MP4 computes them from its table of all samples, wherever those are; FLV from
 * what was written first.
 */
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
