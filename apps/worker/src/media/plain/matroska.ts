import { elementAt, elementsIn, type Extent, fieldsIn, float, identifier, text, unsigned } from "./ebml.ts";
import type { FileBytes } from "./file-bytes.ts";
import { checkFirstPictures } from "./first-pictures.ts";
import { type Block, firstBlocks, lastMilliseconds } from "./matroska-blocks.ts";
import { readTracks, type Track } from "./matroska-tracks.ts";
import { type PlainMedia, streamsOf } from "./figures.ts";
import { existing, insist } from "./plain.ts";

/** Elements below the segment (RFC 9559, 5.1). */
const ids = {
  ...{ seekHead: 0x114d9b74, info: 0x1549a966, tracks: 0x1654ae6b, tags: 0x1254c367 },
  ...{ cues: 0x1c53bb6b, cluster: 0x1f43b675, void: 0xec },
};
const segmentId = 0x18538067;
/** Cues are of some hours; a reader of all elements in them blocks for some milliseconds. */
const mostBytes = { cues: 256 * 1024, other: 64 * 1024 } as const;

/** Name of ffprobe for the container. */
const container = "matroska,webm";

type Outline = {
  info: Buffer;
  tracks: Buffer;
  tags?: Buffer;
  cues: Buffer;
  segmentStart: number;
  firstCluster: number;
};

/**
 * Reads a WebM or Matroska of known sizes with cues: the form that ffmpeg and sites write. Its first pictures and its last
 * part are read; what lies between is not, and neither does ffprobe.
 *
 * @throws NotPlainError
 */
export async function readMatroska(file: FileBytes): Promise<PlainMedia> {
  const outline = await readOutline(file);
  const tracks = readTracks(outline.tracks);
  const durationMs = readDuration(outline.info);
  const numbers = new Set(tracks.map(({ number }) => number));
  const lastCue = readLastCue(outline.cues, numbers, durationMs);
  const blocks = await firstBlocks(file, outline.firstCluster, numbers);
  const lastMs = await lastMilliseconds(file, outline.segmentStart + lastCue.position, { numbers, atMs: lastCue.atMs });
  const [video, sound] = (["video", "audio"] as const).map((kind) => only(tracks, kind));
  if (video !== undefined) await checkFirstPictures(file, video, picturesOf(blocks, video));
  const told = outline.tags === undefined ? new Map<string, number>() : readDurations(outline.tags);
  const withSeconds = (track: Track | undefined) => track && { ...track, seconds: told.get(track.uid) };
  const streams = { video: withSeconds(video), sound: withSeconds(sound) };
  // ffprobe counts whole microseconds.
  const durationSeconds = Math.trunc(durationMs * 1000) / 1e6;
  return { lastSeconds: lastMs / 1000, streams: streamsOf(streams, { container, durationSeconds }) };
}

function only(tracks: readonly Track[], kind: Track["kind"]): Track | undefined {
  const [track, ...others] = tracks.filter((one) => one.kind === kind);
  insist(others.length === 0, "several pictures or sounds");
  return track;
}

function picturesOf(blocks: readonly Block[], { number }: Track): Block[] {
  return blocks.filter((block) => block.track === number);
}

async function readOutline(file: FileBytes): Promise<Outline> {
  const head = await elementAt(file, 0);
  insist(head.end - head.start <= 64, "a long head");
  checkHead(await file.read(head.start, head.end - head.start));
  const segment = await elementAt(file, head.end);
  insist(segment.id === segmentId && segment.end === file.sizeBytes, "the segment is cut off, or not alone");
  const parts = new Map<number, Buffer>();
  const take = async ({ id, start, end }: Extent) => {
    if (id === ids.void) return;
    insist(Object.values(ids).includes(id) && !parts.has(id), "an unusual element");
    parts.set(id, await readPart(file, { id, start, end }));
  };
  let element = await elementAt(file, segment.start);
  for (; element.id !== ids.cluster; element = await elementAt(file, element.end)) await take(element);
  const firstCluster = element.at;
  const told = await checkSeekHead(file, parts.get(ids.seekHead), segment.start);
  const cues = existing(parts.get(ids.cues) ?? told.get(ids.cues), "no cues");
  for (const id of [ids.cues, ids.tags]) {
    const part = parts.get(id) ?? told.get(id);
    if (part !== undefined) parts.set(id, part);
  }
  const tags = parts.get(ids.tags);
  return {
    info: existing(parts.get(ids.info), "no information"),
    tracks: existing(parts.get(ids.tracks), "no tracks"),
    ...(tags !== undefined && { tags }),
    ...{ cues, firstCluster, segmentStart: segment.start },
  };
}

async function readPart(file: FileBytes, { id, start, end }: Omit<Extent, "at">): Promise<Buffer> {
  insist(end - start <= (id === ids.cues ? mostBytes.cues : mostBytes.other), "a large element");
  return await file.read(start, end - start);
}

const headIds = {
  ...{ version: 0x4286, readVersion: 0x42f7, idLength: 0x42f2, sizeLength: 0x42f3 },
  ...{ type: 0x4282, typeVersion: 0x4287, typeReadVersion: 0x4285 },
};

function checkHead(content: Buffer): void {
  const head = fieldsIn(content, headIds);
  insist((unsigned(head.version) ?? 1) === 1 && (unsigned(head.readVersion) ?? 1) === 1, "another version");
  insist((unsigned(head.idLength) ?? 4) === 4 && (unsigned(head.sizeLength) ?? 8) === 8, "other lengths");
  insist(["webm", "matroska"].includes(text(head.type) ?? ""), "another kind of file");
  insist((unsigned(head.typeReadVersion) ?? 1) <= 2, "another version");
}

const seekIds = { entry: 0x4dbb, id: 0x53ab, position: 0x53ac };

/** Checks that each element is where the index of the segment says; returns those that stand behind the clusters. */
async function checkSeekHead(
  file: FileBytes,
  content: Buffer | undefined,
  segmentStart: number,
): Promise<Map<number, Buffer>> {
  const found = new Map<number, Buffer>();
  for (const entry of content === undefined ? [] : elementsIn(content)) {
    insist(entry.id === seekIds.entry, "an unusual index");
    const { id, position } = fieldsIn(entry.content, { id: seekIds.id, position: seekIds.position });
    const wanted = unsigned(id);
    const element = await elementAt(file, segmentStart + existing(unsigned(position), "an unusual index"));
    insist(
      wanted === element.id && element.id !== ids.cluster && Object.values(ids).includes(element.id),
      "a wrong index",
    );
    insist(!found.has(element.id), "a wrong index");
    found.set(element.id, await readPart(file, element));
  }
  return found;
}

const infoIds = {
  ...{ scale: 0x2ad7b1, duration: 0x4489, date: 0x4461, title: 0x7ba9, muxer: 0x4d80, writer: 0x5741, uid: 0x73a4 },
};
const millisecondScale = 1_000_000;

/** Returns the duration of the whole in milliseconds, the unit of all times of a plain file. */
function readDuration(content: Buffer): number {
  const info = fieldsIn(content, infoIds);
  insist((unsigned(info.scale) ?? millisecondScale) === millisecondScale, "another unit of time");
  const durationMs = float(existing(info.duration, "no duration"));
  insist(durationMs > 0 && durationMs < 2 ** 40, "no duration");
  return durationMs;
}

const cueIds = { point: 0xbb, time: 0xb3, positions: 0xb7 };
const cuePositionIds = { track: 0xf7, cluster: 0xf1, relative: 0xf0, duration: 0xb2 };

/** Reads the cues (RFC 9559, 5.1.5), which must be in order; returns the last one. */
function readLastCue(
  content: Buffer,
  tracks: ReadonlySet<number | undefined>,
  durationMs: number,
): { atMs: number; position: number } {
  let last = { atMs: 0, position: 0 };
  for (const point of elementsIn(content)) {
    insist(point.id === cueIds.point, "an unusual cue");
    const elements = elementsIn(point.content);
    const [time, ...places] = elements;
    insist(time?.id === cueIds.time && places.length > 0, "an unusual cue");
    const atMs = existing(unsigned(time.content), "an unusual cue");
    for (const place of places) {
      insist(place.id === cueIds.positions, "an unusual cue");
      const { track, cluster } = fieldsIn(place.content, cuePositionIds);
      const position = existing(unsigned(cluster), "an unusual cue");
      insist(tracks.has(unsigned(track)), "a cue of no track");
      insist(atMs >= last.atMs && atMs <= durationMs && position >= last.position, "cues out of order");
      last = { atMs, position };
    }
  }
  insist(last.position > 0, "no cues");
  return last;
}

const tagIds = { tag: 0x7373, targets: 0x63c0, simple: 0x67c8 };
const targetIds = { value: 0x68ca, type: 0x63ca, track: 0x63c5 };
const simpleIds = { name: 0x45a3, language: 0x447a, text: 0x4487, isDefault: 0x4484 };

/** Reads the tags "DURATION" of tracks, seconds by the UID of the track. */
function readDurations(content: Buffer): Map<string, number> {
  const durations = new Map<string, number>();
  for (const tag of elementsIn(content)) {
    insist(tag.id === tagIds.tag, "an unusual tag");
    const [targets, ...rest] = elementsIn(tag.content);
    insist(targets?.id === tagIds.targets, "an unusual tag");
    const { track } = fieldsIn(targets.content, targetIds);
    for (const simple of rest) {
      insist(simple.id === tagIds.simple, "an unusual tag");
      const fields = fieldsIn(simple.content, simpleIds);
      const name = existing(text(fields.name), "a tag without a name");
      if (!/^duration/i.test(name)) continue;
      const uid = identifier(existing(track, "a duration of no track"));
      insist(name === "DURATION" && !durations.has(uid), "an unusual duration");
      insist(fields.language === undefined || text(fields.language) === "und", "a duration in a language");
      durations.set(uid, secondsOf(text(fields.text) ?? ""));
    }
  }
  return durations;
}

function secondsOf(clock: string): number {
  const [, hours, minutes, seconds] = /^(\d\d):(\d\d):(\d\d\.\d{9})$/.exec(clock) ?? [];
  insist(seconds !== undefined, "an unusual duration");
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
