import { boxesIn, part, type Parts, partsOf } from "./boxes.ts";
import { existing, insist } from "./plain.ts";
import { type Size, sizeOfH264 } from "./picture-size.ts";
import { checkAac, checkOpus } from "./sound-format.ts";

/** The format of the samples of a track. */
export type Format = {
  /** Name of ffprobe. */
  codec: string;
  /** Size of the picture that the container tells. */
  size?: Size;
  /** Parameters of H.264: the only set of parameters that its pictures may use. */
  parameterSet?: Buffer;
  /** Units of AV1 that the container tells. */
  units?: Buffer;
};

const entryBytes = { video: 78, audio: 28 } as const;

/** Reads the one format of a track (ISO 14496-12, 8.5.2): the codecs and forms that ffmpeg and most sites write. */
export function readFormat(content: Buffer, kind: "video" | "audio"): Format {
  insist(content.readUInt32BE(0) === 0 && content.readUInt32BE(4) === 1, "several formats");
  const [[type, entry] = ["", content], ...others] = boxesIn(content.subarray(8));
  insist(others.length === 0, "several formats");
  const head = entry.subarray(0, entryBytes[kind]);
  insist(head.length === entryBytes[kind] && head.readUInt16BE(6) === 1, "samples of another file");
  const rest = entry.subarray(head.length);
  return kind === "video" ? readPicture(type, head, rest) : readSound(type, head, rest);
}

/** Codecs of pictures by the type of their format, and the box that configures each. */
const pictures: Record<string, { codec: string; configuration: string }> = {
  avc1: { codec: "h264", configuration: "avcC" },
  vp09: { codec: "vp9", configuration: "vpcC" },
  av01: { codec: "av1", configuration: "av1C" },
};

const lengths = [
  ["pasp", 8],
  ["btrt", 12],
  ["fiel", 2],
] as const;

function checkLength(parts: Parts, box: string, bytes: number): void {
  insist((parts.get(box)?.length ?? bytes) === bytes, "a box of another length");
}

function readPicture(type: string, head: Buffer, rest: Buffer): Format {
  const { codec, configuration } = existing(pictures[type], "another codec");
  const size = { width: head.readUInt16BE(24), height: head.readUInt16BE(26) };
  insist(size.width > 0 && size.height > 0, "no size");
  insist(head.readUInt16BE(74) === 24 && head.readUInt16BE(76) === 0xffff, "colours of a palette");
  const parts = partsOf(rest, [configuration], ["pasp", "colr", "btrt", "fiel"]);
  for (const [box, bytes] of lengths) checkLength(parts, box, bytes);
  const colours = parts.get("colr");
  insist(colours === undefined || (colours.length === 11 && colours.toString("latin1", 0, 4) === "nclx"), "colours");
  const configured = part(parts, configuration);
  if (codec === "vp9") insist(configured.length === 12 && configured.readUInt8(0) === 1, "a configuration of VP9");
  if (codec === "av1") return { codec, size, units: readUnits(configured) };
  return { codec, size, ...(codec === "h264" && { parameterSet: readParameterSet(configured, size) }) };
}

/** A sequence header takes some 20 bytes, metadata of HDR some 50. */
const mostUnitBytes = 512;

/** Reads the units in a configuration of AV1 (AV1 in ISO base media files, 2.3.3). */
export function readUnits(configuration: Buffer): Buffer {
  insist(configuration.length >= 4 && configuration.length <= mostUnitBytes, "a configuration of AV1");
  insist(configuration.readUInt8(0) === 0x81, "a configuration of AV1");
  return configuration.subarray(4);
}

/**
 * Reads the configuration of H.264 (ISO 14496-15, 5.3.3.1): one set of parameters, of the size that the container tells.
 * ffprobe believes the parameters.
 */
export function readParameterSet(configuration: Buffer, size: Size): Buffer {
  insist(configuration.length > 8 && configuration.readUInt8(0) === 1, "no configuration of H.264");
  insist((configuration.readUInt8(4) & 3) === 3 && (configuration.readUInt8(5) & 31) === 1, "several parameters");
  const end = 8 + configuration.readUInt16BE(6);
  insist(end <= configuration.length, "no configuration of H.264");
  const parameterSet = configuration.subarray(8, end);
  const told = sizeOfH264(parameterSet);
  insist(told.width === size.width && told.height === size.height, "the sizes differ");
  insist((configuration[end] ?? 0) > 0, "no parameters of pictures");
  return parameterSet;
}

function readSound(type: string, head: Buffer, rest: Buffer): Format {
  insist(head.readUInt16BE(8) === 0, "a description of QuickTime");
  const isOpus = type === "Opus";
  insist(isOpus || type === "mp4a", "another codec");
  const configuration = isOpus ? "dOps" : "esds";
  const parts = partsOf(rest, [configuration], ["btrt"]);
  checkLength(parts, "btrt", 12);
  const configured = part(parts, configuration);
  if (isOpus) checkOpus(configured, 0);
  else checkDescription(configured);
  return { codec: isOpus ? "opus" : "aac" };
}

const aac = 0x40;

/** Checks a description of AAC (ISO 14496-1, 7.2.6): descriptors in descriptors, and the configuration in them. */
function checkDescription(content: Buffer): void {
  insist(content.readUInt32BE(0) === 0, "another description");
  const stream = descriptor(content.subarray(4), 3);
  insist(stream.readUInt8(2) === 0, "another description");
  const decoder = descriptor(stream.subarray(3), 4);
  insist(decoder.readUInt8(0) === aac, "another codec than AAC");
  checkAac(descriptor(decoder.subarray(13), 5));
}

/** Returns the content of the descriptor that a buffer begins with. */
function descriptor(bytes: Buffer, tag: number): Buffer {
  insist(bytes.readUInt8(0) === tag, "another description");
  let [at, length, more] = [1, 0, true];
  while (more) {
    const byte = bytes.readUInt8(at++);
    length = length * 128 + (byte & 127);
    more = (byte & 128) !== 0 && at < 5;
  }
  insist(at + length <= bytes.length, "a description is longer than the one around it");
  return bytes.subarray(at, at + length);
}
