import { insist } from "./plain.ts";

/** Low complexity, the object type that sites use (ISO 14496-3, 1.5.1.1). */
const lowComplexity = 2;
const frequencies = 13;
/** "No spectral band replication", which ffmpeg appends. */
const extension = Buffer.from("56e500", "hex");

/**
 * Checks a configuration of AAC (ISO 14496-3, 1.6.2.1) in its shortest form. ffprobe finds no media in a file with one that
 * its decoder does not take.
 */
export function checkAac(configuration: Buffer): void {
  insist(configuration.length === 2 || configuration.subarray(2).equals(extension), "an unusual kind of AAC");
  const bits = configuration.readUInt16BE(0);
  insist(bits >> 11 === lowComplexity && ((bits >> 7) & 15) < frequencies, "an unusual kind of AAC");
  const channels = (bits >> 3) & 15;
  insist(channels >= 1 && channels <= 7 && (bits & 7) === 0, "an unusual kind of AAC");
}

/** Checks a configuration of Opus, from its version on: one or two channels in the usual order (RFC 7845, 5.1). */
export function checkOpus(configuration: Buffer, version: number): void {
  insist(configuration.length === 11 && configuration.readUInt8(0) === version, "an unusual kind of Opus");
  const channels = configuration.readUInt8(1);
  insist(channels >= 1 && channels <= 2 && configuration.readUInt8(10) === 0, "an unusual kind of Opus");
}
