import { basename } from "node:path";
import { mediaTypeOf, unknownType } from "../media-types.ts";
import { everywhere } from "../policy.ts";

/**
 * Returns the headers by which a browser saves a file under its name, and shows or runs none of it, whatever is in it. Nobody but
 * the caller may keep it.
 */
export function attachmentHeaders(name: string) {
  return {
    ...taskFileHeaders,
    "content-type": harmlessTypeOf(name),
    // RFC 8187: in UTF-8, with every letter that is not plain written by its bytes.
    "content-disposition": `attachment; filename*=UTF-8''${percentEncode(basename(name).toWellFormed())}`,
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
    // nginx would collect a gigabyte of it, and then read nothing for so long that its client seems to be gone.
    "x-accel-buffering": "no",
  };
}

/** Should a browser open it all the same, nothing in it runs or loads, and it has no origin. */
export const taskFileHeaders = {
  ...everywhere,
  "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
} as const;

/** Returns the type of audio, video, pictures without scripts, and subtitles. Everything else is bytes. */
function harmlessTypeOf(name: string): string {
  const type = mediaTypeOf(name);
  return /^(audio|video)\/|^image\/(?!svg)|^text\/vtt/.test(type) ? type : unknownType;
}

function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
}
