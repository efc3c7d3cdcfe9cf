import { Bits } from "./bits.ts";
import type { Size } from "./picture-size.ts";
import { existing, insist } from "./plain.ts";

/** Types of units (AV1 bitstream specification, 6.2.2). */
const unit = { sequence: 1, delimiter: 2, header: 3, metadata: 5, frame: 6 } as const;
const select = 2;

/** The part of a sequence header that decides how the header of a frame is read. */
type Sequence = Size & { screenTools: number; integerMotion: number };

/**
 * Reads the size in the first frame of AV1: its sequence header, and a key frame that is shown and has this size
 * (AV1 bitstream specification, 5.5 and 5.9).
 *
 * @param configuration units that the container tells. ffprobe believes them, so their size must be the same.
 */
export function sizeOfAv1(frame: Buffer, configuration: Buffer): Size {
  const { sequence, rest } = readUnits(frame);
  if (configuration.length > 0) {
    const { sequence: told, rest: others } = readUnits(configuration);
    insist(others.length === 0, "a frame in the configuration");
    insist(told.width === sequence.width && told.height === sequence.height, "the sizes differ");
  }
  checkFrame(new Bits(rest), sequence);
  return { width: sequence.width, height: sequence.height };
}

/** Reads the units before a frame: one sequence header among them. Returns what follows the head of the frame's unit. */
function readUnits(bytes: Buffer): { sequence: Sequence; rest: Buffer } {
  let sequence: Sequence | undefined;
  for (let at = 0; at < bytes.length;) {
    const head = bytes.readUInt8(at);
    // No extension, with a size.
    insist((head & 0x87) === 2, "an unusual unit");
    const kind = head >> 3;
    const { value, next } = readLength(bytes, at + 1);
    if (kind === unit.header || kind === unit.frame)
      return { sequence: existing(sequence, "no sequence"), rest: bytes.subarray(next) };
    const content = bytes.subarray(next, next + value);
    insist(content.length === value, "a unit is cut off");
    if (kind === unit.sequence) {
      insist(sequence === undefined, "two sequences");
      sequence = readSequence(new Bits(content));
    } else insist(kind === unit.delimiter || kind === unit.metadata, "an unusual unit");
    at = next + value;
  }
  return { sequence: existing(sequence, "no sequence"), rest: Buffer.alloc(0) };
}

/** Reads a number of seven bits a byte, the lowest first. */
function readLength(bytes: Buffer, from: number): { value: number; next: number } {
  let value = 0;
  for (let index = 0; index < 4; index++) {
    const byte = bytes.readUInt8(from + index);
    value += (byte & 127) * 2 ** (7 * index);
    if (byte < 128) return { value, next: from + index + 1 };
  }
  insist(false, "a unit is too long");
}

function readSequence(bits: Bits): Sequence {
  bits.read(3);
  insist(bits.read(2) === 0, "a still picture");
  insist(!bits.flag(), "told times");
  const hasDelays = bits.flag();
  const points = bits.read(5) + 1;
  for (let point = 0; point < points; point++) {
    bits.read(12);
    if (bits.read(5) > 7) bits.read(1);
    if (hasDelays && bits.flag()) bits.read(4);
  }
  const [widthBits, heightBits] = [bits.read(4) + 1, bits.read(4) + 1];
  const size = { width: bits.read(widthBits) + 1, height: bits.read(heightBits) + 1 };
  insist(!bits.flag(), "numbered frames");
  bits.read(3 + 4);
  const isOrdered = bits.flag();
  if (isOrdered) bits.read(2);
  const screenTools = bits.flag() ? select : bits.read(1);
  const integerMotion = screenTools === 0 || bits.flag() ? select : bits.read(1);
  return { ...size, screenTools, integerMotion };
}

/** Checks that a frame is a key frame that is shown, and has the size of its sequence. */
function checkFrame(bits: Bits, { screenTools, integerMotion }: Sequence): void {
  insist(!bits.flag() && bits.read(2) === 0 && bits.flag(), "no key frame");
  bits.read(1);
  const usesTools = screenTools === select ? bits.flag() : screenTools === 1;
  if (usesTools && integerMotion === select) bits.read(1);
  insist(!bits.flag(), "a size of its own");
}
