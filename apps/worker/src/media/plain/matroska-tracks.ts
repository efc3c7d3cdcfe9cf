import { elementsIn, fieldsIn, float, identifier, text, unsigned } from "./ebml.ts";
import type { Size } from "./picture-size.ts";
import { existing, insist } from "./plain.ts";
import { type Format, readParameterSet, readUnits } from "./sample-format.ts";
import { checkAac, checkOpus } from "./sound-format.ts";

export type Track = Format & { kind: "video" | "audio"; number: number; uid: string };

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
const colourIds = {
  ...{
    matrix: 0x55b1,
    depth: 0x55b2,
    across: 0x55b3,
    down: 0x55b4,
    acrossBlue: 0x55b5,
    downBlue: 0x55b6,
    besides: 0x55b7,
  },
  ...{ below: 0x55b8, range: 0x55b9, transfer: 0x55ba, primaries: 0x55bb, light: 0x55bc, frameLight: 0x55bd },
};
const audioIds = { rate: 0xb5, channels: 0x9f, depth: 0x6264, shownRate: 0x78b5 };
const opusHead = "OpusHead";
const kinds: Record<number, Track["kind"]> = { 1: "video", 2: "audio" };

/** Names of ffprobe for codecs of Matroska whose bit rate it does not tell. */
const codecs: Record<Track["kind"], Record<string, string>> = {
  video: { V_VP8: "vp8", V_VP9: "vp9", V_AV1: "av1", "V_MPEG4/ISO/AVC": "h264" },
  audio: { A_OPUS: "opus", A_AAC: "aac" },
};

/** Reads the tracks (RFC 9559, 5.1.4), all of usual forms. */
export function readTracks(content: Buffer): Track[] {
  const tracks = elementsIn(content).map(({ id, content: entry }) => {
    insist(id === entryId, "an unusual track");
    return readTrack(entry);
  });
  insist(new Set(tracks.map(({ number }) => number)).size === tracks.length, "two tracks of one number");
  insist(new Set(tracks.map(({ uid }) => uid)).size === tracks.length, "two tracks of one UID");
  insist(tracks.length > 0, "no picture and no sound");
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
  insist((fields.audio !== undefined) === (kind === "audio"), "a sound without a rate");
  if (fields.audio !== undefined) checkSound(codec, fields.audio, existing(fields.private, "no configuration"));
  const { isEnabled, isDefault, isForced, laces, original, commentary, frameNs, delayNs, rollNs, leastCache } = fields;
  for (const value of [
    isEnabled,
    isDefault,
    isForced,
    laces,
    original,
    commentary,
    frameNs,
    delayNs,
    rollNs,
    leastCache,
  ])
    unsigned(value);
  const track = { kind, number, uid: identifier(existing(fields.uid, "a track without a UID")), codec };
  if (fields.video === undefined) return track;
  const size = readSize(fields.video);
  if (codec === "av1") return { ...track, size, units: readUnits(existing(fields.private, "no configuration")) };
  insist((codec === "h264") === (fields.private !== undefined), "an unusual configuration");
  if (codec !== "h264") return { ...track, size };
  return { ...track, size, parameterSet: readParameterSet(existing(fields.private, "no configuration"), size) };
}

function checkSound(codec: string, content: Buffer, configuration: Buffer): void {
  const { rate, shownRate, channels, depth } = fieldsIn(content, audioIds);
  for (const told of [existing(rate, "no rate"), ...(shownRate === undefined ? [] : [shownRate])]) {
    const hertz = float(told);
    insist(hertz >= 8000 && hertz <= 192_000, "an unusual rate");
  }
  const count = unsigned(channels) ?? 1;
  insist(count >= 1 && count <= 8 && (unsigned(depth) ?? 16) <= 32, "an unusual sound");
  if (codec === "aac") return checkAac(configuration);
  insist(configuration.toString("latin1", 0, opusHead.length) === opusHead, "no configuration of Opus");
  checkOpus(configuration.subarray(opusHead.length), 1);
}

function readSize(content: Buffer): Size {
  const { width, height, colour, ...others } = fieldsIn(content, videoIds);
  const numbers = [
    ...Object.values(others),
    ...(colour === undefined ? [] : Object.values(fieldsIn(colour, colourIds))),
  ];
  for (const number of numbers) unsigned(number);
  const size = { width: unsigned(width) ?? 0, height: unsigned(height) ?? 0 };
  insist(size.width > 0 && size.height > 0, "no size");
  return size;
}
