import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { isSystemError } from "@dwld/text";
import type { PlainMedia } from "./figures.ts";
import { FileBytes } from "./file-bytes.ts";
import { readMatroska } from "./matroska.ts";
import { readMp3 } from "./mp3.ts";
import { readMp4 } from "./mp4.ts";
import { insist, NotPlainError } from "./plain.ts";

/** Reads the figures of a file in this process, if its form leaves no doubt; undefined: ask ffprobe. */
export type ReadPlainMedia = (path: string) => Promise<PlainMedia | undefined>;

/**
 * Reads a file of the plain form of MP4, WebM, Matroska or MP3. Whatever is unusual is left to ffprobe, so that both tell
 * the same of each file. The work is bounded by the bytes that it may read, whatever a table claims.
 */
export const readPlainMedia: ReadPlainMedia = async (path) => {
  try {
    await using handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = await handle.stat();
    insist(stat.isFile() && stat.size >= 64, "no file of media");
    const file = new FileBytes(handle, stat.size);
    const head = await file.read(0, 8);
    if (head.toString("latin1", 4) === "ftyp") return await readMp4(file);
    if (head.readUInt32BE(0) === 0x1a45dfa3) return await readMatroska(file);
    return await readMp3(file);
  } catch (error) {
    // A header that ends early is a RangeError of Buffer. What is wrong with the file or the disk, ffprobe will say.
    if (error instanceof NotPlainError || error instanceof RangeError || isSystemError(error)) return undefined;
    throw error;
  }
};

/** Returns a reader that reports a defect of its own, and leaves the file to ffprobe. */
export function reporting(read: ReadPlainMedia, onError: (error: unknown) => void): ReadPlainMedia {
  return async (path) => {
    try {
      return await read(path);
    } catch (error) {
      onError(error);
      return undefined;
    }
  };
}
