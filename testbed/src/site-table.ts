import type { Picture } from "./pictures.ts";

/** A fault of a route, instead of its right answer. */
export type Fault = {
  /** How many requests meet the fault; default: all. */
  times?: number;
  /** A request with this text in a header gets the right answer: another client, or an account. */
  spares?: string;
  /** Only requests whose path ends with this: a segment of a stream, or its playlist. */
  only?: string;
} & (
  | { kind: "hang"; seconds: number }
  /** 300 bytes each 0.3 s of a body that is said to have so many, for as long as somebody reads; the first ones may be given. */
  | { kind: "drip"; contentType: string; lengthBytes: number; beginning?: Buffer }
  /** Retry-After (RFC 9110, 10.2.3) as seconds, or as the date that is so far away. */
  | { kind: "status"; status: number; retryAfterSeconds?: number; retryAfterAs?: "seconds" | "date" }
  | { kind: "redirect"; to: string }
  | { kind: "redirect-loop" }
  /** Always to a link that was not asked for yet. */
  | { kind: "redirect-onward" }
  | { kind: "empty" }
  | { kind: "html" }
  /** Something else, with status 200. */
  | { kind: "answer"; headers: Record<string, string>; body: string | Buffer }
);

/** One row of the site's table: a video, the page around it, and what goes wrong with either. */
export interface SiteVideo {
  /** Letters, digits, "-" and "_"; unique. yt-dlp takes the id from it. */
  name: string;
  /** The og:title of the page; default: the name. Need not be unique. */
  title?: string;
  /** Default 2. */
  seconds?: number;
  /** Pixels of the shorter side; default [90]. Several: HLS gets a variant for each, a page of mp4 a source for each. */
  heights?: number[];
  /** Taller than wide. */
  portrait?: boolean;
  /** Default "mp4"; "webm" is VP9 and Opus, of one height only. */
  format?: "mp4" | "hls" | "webm";
  /** The exact size, mostly noise; mp4 of one height only. */
  sizeBytes?: number;
  /** Languages; the page's player names a track for each. */
  subtitles?: string[];
  /** The page names a picture; true: a JPEG. A Buffer: this one. */
  thumbnail?: boolean | Picture | Buffer;
  /**
   * Fields of schema.org's VideoObject. A page with one of these has it instead of a player, since yt-dlp prefers a player;
   * subtitles are then missing.
   */
  chapters?: { title: string; startSeconds: number; endSeconds: number }[];
  /** A day, "2024-05-01"; a feed tells it too. */
  uploaded?: string;
  description?: string;
  /** Laid over what VideoObject says: hostile values. */
  schema?: Record<string, unknown>;
  /** Bytes without meaning in the page before the video; compressed, they are a thousandth on the wire. */
  pagePadding?: { bytes: number; compressed?: boolean };
  /** Segments of SponsorBlock, in seconds; the site answers for it, below /api/skipSegments/. */
  sponsors?: { category: string; startSeconds: number; endSeconds: number }[];
  /**
   * HLS of one height only: the stream runs while it is watched, from the first request on, a segment a second; it ends
   * after `seconds`, or when this is changed to false.
   */
  live?: boolean;
  /** For each answer with media bytes. */
  throttleBytesPerSecond?: number;
  /** The Content-Type of the media, right or wrong. */
  contentType?: string;
  /** An answer is broken off where it comes to this byte of the file (HLS: of a segment) … */
  dropAtByte?: number;
  /**
   * … by a cut connection (default), by an end as if that were all (with `lengthKnown: false`, or a client knows
   * better), or by silence on a connection that stays.
   */
  dropBy?: "cut" | "end" | "silence";
  /**
   * … for so many times; default: always. To count on it, hand out the page's link: behind the link of the file itself,
   * yt-dlp's first look, a request it breaks off, may be the one that is cut.
   */
  dropTimes?: number;
  /** False: a Range is ignored and the whole file sent (RFC 9110, 14.2 allows it). */
  ranges?: boolean;
  /** False: no Content-Length, so that a client cannot know the end. */
  lengthKnown?: boolean;
  /** For /watch/<name>. */
  page?: Fault;
  /** For the video itself: /videos/<name>.mp4 or all below /hls/<name>/. */
  media?: Fault;
}

/** Several videos under one link. */
export interface SitePlaylist {
  name: string;
  title?: string;
  /** Names of videos of the site, or links to elsewhere. */
  videos: string[];
}

/** One request the site received; `status` and `sentBytes` grow with the answer. */
export interface SiteRequest {
  method: string;
  path: string;
  range: string | undefined;
  userAgent: string | undefined;
  /** Unix time. */
  timeMs: number;
  /** 0 until there is an answer. */
  status: number;
  /** Bytes of the body. */
  sentBytes: number;
  /** The connection ended, or the answer was complete. */
  ended: boolean;
}
