import { endianness } from "node:os";
import { existing, insist } from "./plain.ts";

/** The parts of a box by their types, each there once. */
export type Parts = ReadonlyMap<string, Buffer>;

const headerBytes = 8;
const mostBoxes = 1000;

/** Parts that players skip. */
const skipped: readonly string[] = ["free", "skip"];

/**
 * Splits the content of a box of MP4 (ISO 14496-12, 4.2) into boxes that fill it exactly.
 *
 * @throws NotPlainError
 */
export function boxesIn(content: Buffer): [type: string, content: Buffer][] {
  const boxes: [string, Buffer][] = [];
  for (let at = 0; at < content.length;) {
    insist(content.length - at >= headerBytes && boxes.length < mostBoxes, "a box has no header, or is one of many");
    const bytes = content.readUInt32BE(at);
    insist(bytes >= headerBytes && at + bytes <= content.length, "a box is longer than the one around it");
    boxes.push([content.toString("latin1", at + 4, at + 8), content.subarray(at + headerBytes, at + bytes)]);
    at += bytes;
  }
  return boxes;
}

/** Returns the parts of a box: the needed ones in this order, and some of the permitted ones. */
export function partsOf(content: Buffer, needed: readonly string[], permitted: readonly string[] = []): Parts {
  const boxes = boxesIn(content).filter(([type]) => !skipped.includes(type));
  const parts = new Map(boxes);
  insist(parts.size === boxes.length, "a box is there twice");
  insist(
    boxes.every(([type]) => needed.includes(type) || permitted.includes(type)),
    "an unusual box",
  );
  const found = boxes.map(([type]) => type).filter((type) => needed.includes(type));
  insist(found.join() === needed.join(), "boxes are missing, or stand in another order");
  return parts;
}

/** Returns one of the parts; `partsOf` has seen that it is there. */
export function part(parts: Parts, type: string): Buffer {
  return existing(parts.get(type), `${type} is missing`);
}

/** Returns the numbers of a table: version and flags, a count of entries, and entries of 32-bit numbers. */
export function table(content: Buffer, numbersPerEntry: number): Uint32Array {
  insist(content.length >= 8, "a table has no count");
  const entries = content.readUInt32BE(4);
  insist(content.length === 8 + entries * numbersPerEntry * 4, "a table is longer or shorter than its count");
  return numbersIn(content.subarray(8));
}

/** Reads big-endian 32-bit numbers. */
export function numbersIn(bytes: Buffer): Uint32Array {
  const copy = new Uint8Array(bytes);
  if (endianness() === "LE") Buffer.from(copy.buffer).swap32();
  return new Uint32Array(copy.buffer);
}
