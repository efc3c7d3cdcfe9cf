import { extname } from "node:path";

/** Lists the media types of the page's files and of those that yt-dlp and ffmpeg write (RFC 9559 for Matroska, else the registry of IANA). */
const typesByExtension: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/vnd.microsoft.icon",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
  woff2: "font/woff2",

  "3gp": "video/3gpp",
  avi: "video/vnd.avi",
  flv: "video/x-flv",
  m4v: "video/mp4",
  mkv: "video/matroska",
  mov: "video/quicktime",
  mp4: "video/mp4",
  mpeg: "video/mpeg",
  mpg: "video/mpeg",
  ogv: "video/ogg",
  ts: "video/mp2t",
  webm: "video/webm",
  wmv: "video/x-ms-wmv",

  aac: "audio/aac",
  aiff: "audio/aiff",
  flac: "audio/flac",
  m4a: "audio/mp4",
  mka: "audio/matroska",
  mp3: "audio/mpeg",
  oga: "audio/ogg",
  ogg: "audio/ogg",
  opus: "audio/ogg",
  wav: "audio/vnd.wave",

  avif: "image/avif",
  gif: "image/gif",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  png: "image/png",
  vtt: "text/vtt; charset=utf-8",
  webp: "image/webp",
};

/** Returns the media type of a file by its name. */
export function mediaTypeOf(name: string): string {
  const extension = extname(name).slice(1).toLowerCase();
  return Object.hasOwn(typesByExtension, extension) ? (typesByExtension[extension] ?? unknownType) : unknownType;
}

export const unknownType = "application/octet-stream";
