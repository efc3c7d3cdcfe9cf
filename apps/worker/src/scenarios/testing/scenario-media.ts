import { type ReadPlainMedia, readPlainMedia } from "../../media/plain/read-plain-media.ts";

/** Follows the environment: with MEDIA=ffprobe, ffprobe judges each file. */
export const scenarioReadPlain: ReadPlainMedia =
  process.env["MEDIA"] === "ffprobe" ? () => Promise.resolve(undefined) : readPlainMedia;
