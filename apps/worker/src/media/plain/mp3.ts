import type { FileBytes } from "./file-bytes.ts";
import { inMicroseconds, type PlainMedia, streamsOf } from "./figures.ts";
import { insist } from "./plain.ts";

const mostTagBytes = 1024 * 1024;
/** Kilobits a second by the four bits of a header of layer III, MPEG 1 and MPEG 2 (ISO 11172-3, 2.4.2.3). */
const rates = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const frequencies = [44_100, 48_000, 32_000];

type Frame = { bytes: number; frequency: number; samples: number; tableAt: number; kind: number };

/**
 * Reads an MP3 whose first frame tells the number of frames and bytes, as LAME and ffmpeg write it. All frames are counted:
 * some minutes of sound, more are left to ffprobe.
 *
 * @throws NotPlainError
 */
export async function readMp3(file: FileBytes): Promise<PlainMedia> {
  const start = await skipTag(file);
  const first = readFrame((await file.read(start, 4)).readUInt32BE(0));
  const table = await file.read(start + first.tableAt, 16);
  insist(["Xing", "Info"].includes(table.toString("latin1", 0, 4)) && (table.readUInt32BE(4) & 3) === 3, "no counts");
  const [frames, bytes] = [table.readUInt32BE(8), table.readUInt32BE(12)];
  insist(frames > 0 && start + bytes === file.sizeBytes, "the file is cut off, or longer than told");
  // Nothing else tells whether the counts are right. The frame of the counts is none of the counted.
  let counted = -1;
  for (let at = start; at < file.sizeBytes; counted++) {
    const frame = readFrame((await file.read(at, 4)).readUInt32BE(0));
    insist(frame.kind === first.kind, "frames of several kinds");
    at += frame.bytes;
    insist(at <= file.sizeBytes, "the last frame is cut off");
  }
  insist(counted === frames, "the frames are not as many as told");
  const seconds = inMicroseconds((frames * first.samples) / first.frequency);
  const whole = { container: "mp3", durationSeconds: seconds, claimedBytes: bytes };
  return { streams: streamsOf({ sound: { codec: "mp3", seconds } }, whole) };
}

/** Reads the head of a frame of layer III. */
function readFrame(head: number): Frame {
  const version = (head >>> 19) & 3;
  insist(head >>> 21 === 0x7ff && version !== 1 && ((head >>> 17) & 3) === 1, "no frame of layer III");
  const isMpeg1 = version === 3;
  const kilobits = rates[isMpeg1 ? "mpeg1" : "mpeg2"][(head >>> 12) & 15] ?? 0;
  const index = (head >>> 10) & 3;
  insist(kilobits > 0 && index < 3 && (head & 3) !== 2, "an unusual frame");
  const frequency = (frequencies[index] ?? 0) / (isMpeg1 ? 1 : version === 2 ? 2 : 4);
  const samples = isMpeg1 ? 1152 : 576;
  const isMono = ((head >>> 6) & 3) === 3;
  const sideBytes = isMpeg1 ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  return {
    ...{ frequency, samples, tableAt: 4 + sideBytes },
    bytes: Math.floor((samples * 125 * kilobits) / frequency) + ((head >>> 9) & 1),
    // Version, layer and frequency; the number of channels may change.
    kind: head & 0xfffe_0c00,
  };
}

const tagHeadBytes = 10;
/** Text, comments, links, lyrics. A picture would be a stream to ffprobe. */
const plainTag = /^(?:T[A-Z0-9]{3}|COMM|W[A-Z]{3}|USLT)$/;

/** Reads over a tag of ID3v2.3 or 2.4 that holds nothing but text; returns its end. */
async function skipTag(file: FileBytes): Promise<number> {
  const head = await file.read(0, tagHeadBytes);
  if (head.toString("latin1", 0, 3) !== "ID3") return 0;
  const version = head.readUInt8(3);
  insist((version === 3 || version === 4) && head.readUInt16BE(4) >> 8 === 0 && head.readUInt8(5) === 0, "another tag");
  const bytes = synchsafe(head, 6);
  insist(bytes <= mostTagBytes, "a large tag");
  const tag = await file.read(tagHeadBytes, bytes);
  for (let at = 0; at < bytes && tag[at] !== 0;) {
    insist(plainTag.test(tag.toString("latin1", at, at + 4)), "an unusual tag");
    const length = version === 4 ? synchsafe(tag, at + 4) : tag.readUInt32BE(at + 4);
    insist(tag.readUInt16BE(at + 8) === 0 && length > 0 && at + tagHeadBytes + length <= bytes, "an unusual tag");
    at += tagHeadBytes + length;
  }
  return tagHeadBytes + bytes;
}

/** Reads a number of four times seven bits. */
function synchsafe(bytes: Buffer, at: number): number {
  const all = bytes.subarray(at, at + 4);
  insist(all.length === 4 && all.every((byte) => byte < 128), "an unusual number");
  return all.reduce((sum, byte) => sum * 128 + byte, 0);
}
