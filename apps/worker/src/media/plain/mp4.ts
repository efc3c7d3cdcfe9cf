import { part, type Parts, partsOf, boxesIn } from "./boxes.ts";
import type { FileBytes } from "./file-bytes.ts";
import { checkFirstPictures } from "./first-pictures.ts";
import { inMicroseconds, type PlainMedia, streamsOf } from "./figures.ts";
import { existing, insist } from "./plain.ts";
import { type Format, readFormat } from "./sample-format.ts";
import { type Chunks, openSampleTable, readSamples, type Samples } from "./sample-table.ts";

type Track = Format & { kind: "video" | "audio"; seconds: number; samples: Samples };
type Extent = { start: number; end: number };

/** Brands of files that ffmpeg reads by the rules of ISO 14496-12 alone. */
const brands = ["isom", "iso2", "iso3", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4A ", "M4V ", "dash"];
/** The tables of some hours; a reader of all numbers in it blocks for some milliseconds. */
const mostHeaderBytes = 4 * 1024 * 1024;
const headerBytes = 8;
const longHeaderBytes = 16;

/** Name of ffprobe for the container. */
const container = "mov,mp4,m4a,3gp,3g2,mj2";

/**
 * Reads an MP4 with a table of all its samples: the form that ffmpeg and most sites write. All tables must agree, and all
 * samples lie in the file. The durations are those that ffprobe 7 tells.
 *
 * @throws NotPlainError
 */
export async function readMp4(file: FileBytes): Promise<PlainMedia> {
  const { header, media } = await readOutline(file);
  const tracks = readTracks(header);
  const of = (kind: Track["kind"]) => tracks.filter((track) => track.kind === kind);
  const [[video, ...videos], [sound, ...sounds]] = [of("video"), of("audio")];
  insist(videos.length + sounds.length === 0 && tracks.length > 0, "several pictures or sounds");
  checkChunks(
    tracks.map(({ samples }) => samples.chunks),
    media,
  );
  if (video !== undefined) await checkFirstPictures(file, video, video.samples.first);
  const durationSeconds = Math.max(...tracks.map(({ seconds }) => seconds));
  const claimedBytes = tracks.reduce((sum, { samples }) => sum + samples.bytes, 0);
  return { streams: streamsOf({ video, sound }, { container, durationSeconds, claimedBytes }) };
}

/** Finds the header and the parts that hold samples; the file must be nothing but whole boxes. */
async function readOutline(file: FileBytes): Promise<{ header: Buffer; media: Extent[] }> {
  const media: Extent[] = [];
  let header: Buffer | undefined;
  for (let at = 0; at < file.sizeBytes;) {
    const { type, start, end } = await readHeader(file, at);
    if (at === 0) {
      insist(type === "ftyp" && end - start >= 8 && end - start < 256, "no MP4");
      insist(brands.includes((await file.read(start, 4)).toString("latin1")), "another brand");
    } else if (type === "moov") {
      insist(header === undefined && end - start <= mostHeaderBytes, "two headers, or a large one");
      header = await file.read(start, end - start);
    } else if (type === "mdat") media.push({ start, end });
    else insist(type === "free" || type === "skip", "an unusual box");
    at = end;
  }
  return { header: existing(header, "no header"), media };
}

async function readHeader(file: FileBytes, at: number): Promise<Extent & { type: string }> {
  const head = await file.read(at, headerBytes);
  const [bytes, type] = [head.readUInt32BE(0), head.toString("latin1", 4)];
  const isLong = bytes === 1;
  const whole = isLong ? Number((await file.read(at + headerBytes, 8)).readBigUInt64BE(0)) : bytes;
  const start = at + (isLong ? longHeaderBytes : headerBytes);
  insist(at + whole >= start && at + whole <= file.sizeBytes, "a box is longer than the file");
  return { type, start, end: at + whole };
}

function readTracks(header: Buffer): Track[] {
  const boxes = boxesIn(header);
  const [[first, movie] = ["", Buffer.alloc(0)]] = boxes;
  insist(first === "mvhd", "the header of the movie does not stand first");
  const movieTimescale = readTimes(movie, movieHeadBytes).timescale;
  const tracks: Track[] = [];
  let hasTags = false;
  for (const [type, content] of boxes.slice(1)) {
    if (type === "trak") tracks.push(readTrack(content, movieTimescale));
    else if (type === "udta") {
      insist(!hasTags, "a box is there twice");
      hasTags = true;
      checkTags(content);
    } else insist(type === "free" || type === "skip" || type === "iods", "an unusual box");
  }
  return tracks;
}

/** Lengths of heads in version 0; three times are longer by four bytes each in version 1. */
const movieHeadBytes = 100;
const mediaHeadBytes = 24;
const trackHeadBytes = 84;

/** Reads the timescale and the duration of a movie or a track (ISO 14496-12, 8.2.2 and 8.4.2). */
function readTimes(content: Buffer, bytes: number): { timescale: number; duration: number } {
  const version = content.readUInt8(0);
  insist(version <= 1 && content.length === bytes + version * 12, "another version");
  const at = version === 1 ? 20 : 12;
  const timescale = content.readUInt32BE(at);
  insist(timescale > 0 && timescale < 2 ** 31, "no timescale");
  const duration = version === 1 ? Number(content.readBigUInt64BE(at + 4)) : content.readUInt32BE(at + 4);
  return { timescale, duration };
}

const handlers: Record<string, { kind: Track["kind"]; head: string }> = {
  vide: { kind: "video", head: "vmhd" },
  soun: { kind: "audio", head: "smhd" },
};

/** The samples lie in this file: one reference, an empty "url " with the flag that says so. */
const ownFile = Buffer.from("00000000000000010000000c75726c2000000001", "hex");

/** The sum of the samples and the told duration may differ by this. */
const apartSeconds = 0.5;
/** A shift of the beginning beyond this is unusual. */
const mostShiftSeconds = 2;

function readTrack(content: Buffer, movieTimescale: number): Track {
  const track = partsOf(content, ["tkhd", "mdia"], ["edts"]);
  const trackHead = part(track, "tkhd");
  const version = trackHead.readUInt8(0);
  insist(version <= 1 && trackHead.length === trackHeadBytes + version * 12, "another version");
  const media = partsOf(part(track, "mdia"), ["mdhd", "hdlr", "minf"]);
  const { timescale, duration } = readTimes(part(media, "mdhd"), mediaHeadBytes);
  const handler = part(media, "hdlr");
  const { kind, head } = existing(handlers[handler.toString("latin1", 8, 12)], "a track of another kind");
  insist(handler.readUInt32BE(4) === 0 && handler.length <= 1024, "a track of QuickTime");
  const inside = partsOf(part(media, "minf"), [head, "dinf", "stbl"]);
  insist(part(inside, head).length === (kind === "video" ? 12 : 8), "a head of another length");
  const references = partsOf(part(inside, "dinf"), ["dref"]);
  insist(part(references, "dref").equals(ownFile), "samples of another file");
  const table = openSampleTable(part(inside, "stbl"));
  const format = readFormat(part(table, "stsd"), kind);
  const samples = readSamples(table, timescale);
  insist(Math.abs(duration - samples.duration) <= apartSeconds * timescale, "the durations differ");
  const whole = Math.min(duration, samples.duration);
  const shown = Math.min(whole, shownDuration(track, timescale, movieTimescale) ?? whole);
  insist(shown > 0, "nothing is shown");
  return { kind, ...format, samples, seconds: inMicroseconds(shown / timescale) };
}

/**
 * Returns the duration that the edit list shows, in units of the track: one part of the media, perhaps after a pause.
 * Undefined if there is no list.
 */
function shownDuration(track: Parts, timescale: number, movieTimescale: number): number | undefined {
  const edits = track.get("edts");
  if (edits === undefined) return undefined;
  const list = part(partsOf(edits, ["elst"]), "elst");
  const [version, count] = [list.readUInt8(0), list.readUInt32BE(4)];
  const entryBytes = version === 0 ? 12 : 20;
  insist(version <= 1 && count >= 1 && count <= 2 && list.length === 8 + count * entryBytes, "an unusual edit list");
  let shown = 0;
  for (let index = 0; index < count; index++) {
    const entry = list.subarray(8 + index * entryBytes);
    const duration = version === 0 ? entry.readUInt32BE(0) : Number(entry.readBigUInt64BE(0));
    const start = version === 0 ? entry.readInt32BE(4) : Number(entry.readBigInt64BE(8));
    insist(entry.readUInt32BE(entryBytes - 4) === 0x10000, "another speed");
    const isPause = index === 0 && count === 2;
    const isUsual = isPause ? start === -1 : start >= 0 && start <= mostShiftSeconds * timescale;
    insist(isUsual && Number.isSafeInteger(duration * timescale), "an unusual edit list");
    if (isPause) insist(duration <= mostShiftSeconds * movieTimescale, "a long pause");
    shown += Math.round((duration * timescale) / movieTimescale);
  }
  return shown;
}

/** Checks that the samples of all tracks lie in the parts that hold samples, and none in another. */
function checkChunks(tracks: readonly Chunks[], media: readonly Extent[]): void {
  const places = tracks.map(({ starts, ends }) => ({ starts, ends, next: 0 }));
  const startOf = ({ starts, next }: (typeof places)[number]) => starts[next] ?? Infinity;
  let [extent, end] = [0, 0];
  for (;;) {
    const first = places.reduce((one, other) => (startOf(other) < startOf(one) ? other : one));
    const start = startOf(first);
    if (start === Infinity) return;
    while (start >= (media[extent]?.end ?? Infinity)) extent++;
    const within = media[extent] ?? { start: Infinity, end: 0 };
    insist(start >= within.start && start >= end, "samples overlap, or lie outside of the file");
    end = first.ends[first.next++] ?? Infinity;
    insist(end <= within.end, "samples overlap, or lie outside of the file");
  }
}

/** Names of tags that hold text for players. A cover would be a stream to ffprobe. */
const tagName =
  /^(?:\xa9...|desc|ldes|cprt|----|too|gnre|trkn|disk|tmpo|cpil|pgap|aART|keyw|catg|purl|egid|pcst|stik|hdvd|tvsh|tven|tvsn|tves|tvnn|so..|gs..)$/;

const mostTagBytes = 256 * 1024;

/** Checks the tags: a list that holds nothing but text. */
function checkTags(content: Buffer): void {
  insist(content.length <= mostTagBytes, "many tags");
  const tags = partsOf(content, ["meta"]).get("meta") ?? Buffer.alloc(0);
  insist(tags.readUInt32BE(0) === 0, "another version");
  const list = partsOf(tags.subarray(4), ["hdlr", "ilst"]).get("ilst") ?? Buffer.alloc(0);
  for (const [name, item] of boxesIn(list)) {
    insist(tagName.test(name), "an unusual tag");
    for (const [inside, value] of boxesIn(item))
      insist(["mean", "name", "data"].includes(inside) && value.length >= 4, "an unusual tag");
  }
}
