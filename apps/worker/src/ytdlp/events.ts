import { clipText, oneLine } from "@dwld/text";

/** A report of a running yt-dlp. Bytes, bytes per second, seconds; unknown figures are absent. */
export type YtdlpEvent =
  | {
      kind: "video";
      id: string;
      title: string;
      formatId: string;
      durationSeconds?: number;
      width?: number;
      height?: number;
      sizeBytes?: number;
      /** Shorter sides of the pictures that the site offers, pixels; empty if unknown. */
      offered: readonly number[];
      /** The site offers sound alone. */
      soundOnly: boolean;
      /** Whether the video is a live stream, on air now. */
      live: boolean;
      /** Number of subtitles that will be downloaded. */
      subtitles: number;
    }
  /** Comes before a filter decides, with what filters look at. A day is "2026-01-31". */
  | { kind: "found"; uploaded?: string; live: boolean }
  | {
      kind: "progress";
      formatId: string;
      finished: boolean;
      bytes: number;
      totalBytes?: number;
      speed?: number;
      etaSeconds?: number;
      fragment?: number;
      fragments?: number;
    }
  | { kind: "processor"; name: string; started: boolean }
  /** A small picture of the video is there, as the file "thumbnail" in the HOME of the run. */
  | { kind: "thumbnail" }
  /** `durationSeconds` is that of the whole video without cut-out parts; start and end are those of a section. */
  | { kind: "file"; path: string; durationSeconds?: number; startSeconds?: number; endSeconds?: number }
  | {
      kind: "entry";
      title: string;
      links: readonly string[];
      /** Title of the playlist; empty if it has none. */
      playlistTitle: string;
      /** The number of entries of the whole list, if it tells that. */
      playlistCount?: number;
      /** The day that the list tells, "2026-01-31". In YouTube's lists the true day may be earlier. */
      uploaded?: string;
      /** yt-dlp's class that reads it ("Youtube", "YoutubeTab"); empty if unknown. */
      reader: string;
    };

/** Largest plausible figures. A site can claim any number; a larger one counts as unknown. */
const mostBytes = 2 ** 50;
const mostSeconds = 365 * 24 * 60 * 60;
const mostPixels = 1_000_000;
const mostFragments = 1e9;
const mostEntries = 1e9;

/** Parses the event of a line; undefined if it is one of yt-dlp's own lines or holds nothing usable. */
export function parseEvent(line: string, marker: string): YtdlpEvent | undefined {
  if (!line.startsWith(`${marker} {`)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line.slice(marker.length + 1));
  } catch (error) {
    // "NA" for a field that some version lacks, or a line that was cut off. The line is lost, the download is not.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!isRecord(value)) return undefined;
  if (isRecord(value["video"])) return videoEvent(value, value["video"]);
  if (isRecord(value["found"])) return foundEvent(value["found"]);
  if (isRecord(value["entry"])) return entryEvent(value["entry"]);
  if (typeof value["path"] === "string") return fileEvent(value["path"], value);
  if (typeof value["processor"] === "string")
    return { kind: "processor", name: text(value["processor"]), started: value["status"] === "started" };
  if ("thumbnail" in value) return { kind: "thumbnail" };
  return "bytes" in value ? progressEvent(value) : undefined;
}

/** Longest path (PATH_MAX of Linux), and longest link of the contract. */
const maxPathLength = 4096;
/** Longest of the other texts. */
const maxTextLength = 4000;

/** In code points: a longer title is a description. */
const maxTitleLength = 500;

function titleOf(value: unknown): string {
  return oneLine(text(value), maxTitleLength);
}

type Fields = Readonly<Record<string, unknown>>;

function videoEvent(event: Fields, video: Fields): YtdlpEvent {
  return {
    kind: "video",
    id: text(video["id"]),
    title: titleOf(video["title"]),
    formatId: text(video["format_id"]),
    ...optional("durationSeconds", video["duration"], mostSeconds),
    ...optional("width", video["width"], mostPixels),
    ...optional("height", video["height"], mostPixels),
    ...optional("sizeBytes", video["filesize"] ?? video["filesize_approx"], mostBytes),
    offered: shorterSides(event),
    soundOnly: soundOnly(event),
    live: video["is_live"] === true,
    subtitles: Array.isArray(event["subtitles"]) ? event["subtitles"].length : 0,
  };
}

function foundEvent(found: Fields): YtdlpEvent {
  return { kind: "found", ...uploadDay(found["upload_date"]), live: found["live_status"] === "is_live" };
}

/** Converts yt-dlp's "20260131". */
function uploadDay(value: unknown): { uploaded?: string } {
  const day = /^(\d{4})(\d\d)(\d\d)$/.exec(text(value));
  return day === null ? {} : { uploaded: day.slice(1).join("-") };
}

function fileEvent(path: string, file: Fields): YtdlpEvent | undefined {
  if (path.length > maxPathLength) return undefined;
  return {
    kind: "file",
    path,
    ...optional("durationSeconds", file["duration"], mostSeconds),
    ...optional("startSeconds", file["start"], mostSeconds),
    ...optional("endSeconds", file["end"], mostSeconds),
  };
}

/** Takes two lists of equal length, with null for a format without a picture. */
function shorterSides({ widths, heights }: Fields): number[] {
  if (!Array.isArray(widths) || !Array.isArray(heights)) return [];
  const sides = heights.map((height, index) =>
    Math.min(amount(height, mostPixels) ?? 0, amount(widths[index], mostPixels) ?? Infinity),
  );
  return [...new Set(sides.filter((side) => side > 0))];
}

/** yt-dlp tells "none" for a format without a picture, and null if it does not know. */
function soundOnly({ codecs }: Fields): boolean {
  return Array.isArray(codecs) && codecs.length > 0 && codecs.every((codec) => codec === "none");
}

/** HLS and DASH have no total and a wild estimate (17 kB of 20 MB); their fragments tell the progress. */
function progressEvent(progress: Fields): YtdlpEvent {
  const fragmented = typeof progress["fragments"] === "number";
  return {
    kind: "progress",
    formatId: text(progress["format"]),
    finished: progress["status"] === "finished",
    bytes: amount(progress["bytes"], mostBytes) ?? 0,
    ...optional("totalBytes", progress["total"] ?? (fragmented ? undefined : progress["estimate"]), mostBytes),
    ...optional("speed", progress["speed"], mostBytes),
    ...optional("etaSeconds", progress["eta"], mostSeconds),
    ...optional("fragment", progress["fragment"], mostFragments),
    ...optional("fragments", progress["fragments"], mostFragments),
  };
}

/** Puts the entry's own page first, or the video's link if all entries share one page. */
function entryEvent(entry: Fields): YtdlpEvent | undefined {
  const page = link(entry["webpage_url"]);
  const url = link(entry["url"]);
  const whole = link(entry["original_url"]);
  const links = (page === whole ? [url, page] : [page, url]).filter((one) => /^https?:\/\//.test(one));
  if (links.length === 0) return undefined;
  return {
    kind: "entry",
    title: titleOf(entry["title"]),
    links,
    playlistTitle: titleOf(entry["playlist_title"]),
    ...optional("playlistCount", entry["playlist_count"], mostEntries),
    reader: text(entry["ie_key"]),
    ...uploadDay(entry["upload_date"]),
  };
}

function optional<Key extends string>(key: Key, value: unknown, most: number): { [K in Key]?: number } {
  const known = amount(value, most);
  return (known === undefined ? {} : { [key]: known }) as { [K in Key]?: number };
}

function amount(value: unknown, most: number): number | undefined {
  return typeof value === "number" && value >= 0 && value <= most ? value : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? clipText(value, maxTextLength) : "";
}

/** A longer one is none. */
function link(value: unknown): string {
  return typeof value === "string" && value.length <= maxPathLength ? value : "";
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
