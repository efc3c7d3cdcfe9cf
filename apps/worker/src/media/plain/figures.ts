import type { MediaStreams } from "../probe-media.ts";
import type { Size } from "./picture-size.ts";

/** Figures of a file whose form leaves no doubt: those that ffprobe tells. */
export type PlainMedia = {
  streams: MediaStreams;
  /** The last second for which the file has something to play, if the header cannot tell that it is there. */
  lastSeconds?: number;
};

/** The picture or the sound of a file. */
export type Stream = { codec: string; seconds?: number | undefined; size?: Size | undefined };

type Whole = Pick<MediaStreams, "container" | "durationSeconds" | "claimedBytes">;

/** Puts together what ffprobe would tell of a file with at most one picture and one sound. */
export function streamsOf(
  { video, sound }: { video?: Stream | undefined; sound?: Stream | undefined },
  whole: Whole,
): MediaStreams {
  return {
    ...whole,
    ...(video?.seconds !== undefined && { pictureSeconds: video.seconds }),
    ...(sound?.seconds !== undefined && { soundSeconds: sound.seconds }),
    hasVideo: video !== undefined,
    hasAudio: sound !== undefined,
    videoCodecs: video === undefined ? [] : [video.codec],
    audioCodecs: sound === undefined ? [] : [sound.codec],
    covers: [],
    ...video?.size,
  };
}

/** ffprobe prints six digits. */
export function inMicroseconds(seconds: number): number {
  return Number(seconds.toFixed(6));
}
