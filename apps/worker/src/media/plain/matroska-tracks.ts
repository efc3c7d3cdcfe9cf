import { elementsIn, fieldsIn, identifier, text, unsigned } from "./ebml.ts";
import type { Size } from "./picture-size.ts";
import { existing, insist } from "./plain.ts";
import { type Format, readParameterSet } from "./sample-format.ts";

export type Track = Format & { kind: "video" | "audio" | "text"; number: number; uid: string };

const entryId = 0xae;
const trackIds = {
  ...{ number: 0xd7, uid: 0x73c5, type: 0x83, isEnabled: 0xb9, isDefault: 0x88, isForced: 0x55aa, laces: 0x9c },
  ...{ original: 0x55ae, commentary: 0x55af, frameNs: 0x23e383, name: 0x536e, language: 0x22b59c, bcp47: 0x22b59d },
  ...{ codec: 0x86, private: 0x63a2, codecName: 0x258688, delayNs: 0x56aa, rollNs: 0x56bb, video: 0xe0, audio: 0xe1 },
  ...{ additions: 0x55ee, leastCache: 0x6de7 },
};
const videoIds = {
  ...{
    width: 0xb0,
    height: 0xba,
    interlaced: 0x9a,
    order: 0x9d,
    colour: 0x55b0,
    shownWidth: 0x54b0,
    shownHeight: 0x54ba,
  },
  ...{ unit: 0x54b2 },
};
const kinds: Record<number, Track["kind"]> = { 1: "video", 2: "audio", 17: "text" };

/** Names of ffprobe for codecs of Matroska whose bit rate it does not tell. */
const codecs: Record<Track["kind"], Record<string, string>> = {
  video: { V_VP8: "vp8", V_VP9: "vp9", V_AV1: "av1", "V_MPEG4/ISO/AVC": "h264" },
  audio: { A_OPUS: "opus", A_VORBIS: "vorbis", A_AAC: "aac" },
  text: { "S_TEXT/UTF8": "subrip", "S_TEXT/ASS": "ass", "S_TEXT/WEBVTT": "webvtt", "D_WEBVTT/SUBTITLES": "webvtt" },
};

/** Reads the tracks (RFC 9559, 5.1.4), all of usual forms. */
export function readTracks(content: Buffer): Track[] {
  const tracks = elementsIn(content).map(({ id, content: entry }) => {
    insist(id === entryId, "an unusual track");
    return readTrack(entry);
  });
  insist(new Set(tracks.map(({ number }) => number)).size === tracks.length, "two tracks of one number");
  insist(new Set(tracks.map(({ uid }) => uid)).size === tracks.length, "two tracks of one UID");
  insist(
    tracks.some(({ kind }) => kind !== "text"),
    "no picture and no sound",
  );
  return tracks;
}

function readTrack(entry: Buffer): Track {
  const fields = fieldsIn(entry, trackIds);
  const kind = existing(kinds[unsigned(fields.type) ?? 0], "a track of another kind");
  const number = existing(unsigned(fields.number), "a track without a number");
  insist(number > 0 && number < 127, "a large number of a track");
  const codec = existing(codecs[kind][text(fields.codec) ?? ""], "another codec");
  insist((unsigned(fields.additions) ?? 0) === 0, "additions to pictures");
  insist((fields.video !== undefined) === (kind === "video"), "a picture without a size");
  insist(kind !== "audio" || fields.audio !== undefined, "a sound without a rate");
  const track = { kind, number, uid: identifier(existing(fields.uid, "a track without a UID")), codec };
  if (fields.video === undefined) return track;
  const size = readSize(fields.video);
  if (codec !== "h264") return { ...track, size };
  return { ...track, size, parameterSet: readParameterSet(existing(fields.private, "no configuration"), size) };
}

function readSize(content: Buffer): Size {
  const { width, height } = fieldsIn(content, videoIds);
  const size = { width: unsigned(width) ?? 0, height: unsigned(height) ?? 0 };
  insist(size.width > 0 && size.height > 0, "no size");
  return size;
}
