import { crc32 } from "node:zlib";
import type { FileBytes } from "./file-bytes.ts";
import { existing, insist } from "./plain.ts";

/** An element of EBML (RFC 8794): its ID with the marker, and its content. */
export type Element = { id: number; content: Buffer };

/** Where an element of a file lies: its head, and its content. */
export type Extent = { id: number; at: number; start: number; end: number };

/** Longest head of an element: an ID of four bytes and a size of eight. */
const mostHeadBytes = 12;

const mostElements = 20_000;

const checksumId = 0xbf;
const voidId = 0xec;

/** Finds an element in a file. */
export async function elementAt(file: FileBytes, at: number): Promise<Extent> {
  insist(at < file.sizeBytes, "an element lies outside of the file");
  const { id, size, length } = readHead(await file.read(at, Math.min(mostHeadBytes, file.sizeBytes - at)));
  const start = at + length;
  insist(start + size <= file.sizeBytes, "an element is longer than the file");
  return { id, at, start, end: start + size };
}

/** Reads the head of an element: its ID, the size of its content, and its own length. */
function readHead(bytes: Buffer): { id: number; size: number; length: number } {
  const idLength = widthOf(bytes, 0);
  insist(idLength <= 4, "an ID is too long");
  const { value, length } = readNumber(bytes, idLength);
  return { id: bytes.readUIntBE(0, idLength), size: value, length: idLength + length };
}

/** Reads a number that tells its own length. The one that means "unknown" is not plain. */
export function readNumber(bytes: Buffer, at: number): { value: number; length: number } {
  const length = widthOf(bytes, at);
  let value = bytes.readUInt8(at) & (0xff >> length);
  let isUnknown = value === 0xff >> length;
  for (let index = 1; index < length; index++) {
    const byte = bytes.readUInt8(at + index);
    isUnknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  insist(!isUnknown && Number.isSafeInteger(value), "an unknown size");
  return { value, length };
}

function widthOf(bytes: Buffer, at: number): number {
  const length = Math.clz32(bytes.readUInt8(at)) - 23;
  insist(length <= 8, "a number is too long");
  return length;
}

/**
 * Splits the content of an element into elements that fill it exactly. A checksum must be right; it is left out, and so
 * is reserved space.
 */
export function elementsIn(content: Buffer): Element[] {
  const elements: Element[] = [];
  let [at, count] = [0, 0];
  while (at < content.length) {
    insist(count++ < mostElements, "many elements");
    const { id, size, length } = readHead(content.subarray(at, at + mostHeadBytes));
    const end = at + length + size;
    insist(end <= content.length, "an element is longer than the one around it");
    const inside = content.subarray(at + length, end);
    if (id === checksumId)
      insist(at === 0 && size === 4 && inside.readUInt32LE(0) === crc32(content.subarray(end)), "a wrong checksum");
    else if (id !== voidId) elements.push({ id, content: inside });
    at = end;
  }
  return elements;
}

/** The elements of another one by their names in a scheme. */
export type Fields<Scheme> = { [Name in keyof Scheme]?: Buffer };

/** Reads elements of which each is there at most once, and none is outside of a scheme of names and IDs. */
export function fieldsIn<Scheme extends Record<string, number>>(content: Buffer, scheme: Scheme): Fields<Scheme> {
  const fields: Fields<Scheme> = {};
  for (const element of elementsIn(content)) {
    const name: keyof Scheme = existing(
      Object.keys(scheme).find((one) => scheme[one] === element.id),
      "an unusual element",
    );
    insist(fields[name] === undefined && element.content.length > 0, "an element is empty, or there twice");
    fields[name] = element.content;
  }
  return fields;
}

/** Reads the content of an unsigned integer; undefined if the element is not there. */
export function unsigned(content: Buffer | undefined): number | undefined {
  if (content === undefined) return undefined;
  insist(content.length >= 1 && content.length <= 8, "an unusual integer");
  const value = content.reduce((sum, byte) => sum * 256 + byte, 0);
  insist(Number.isSafeInteger(value), "a large integer");
  return value;
}

/** Reads a number of 64 random bits, in hexadecimal; empty if it is zero. */
export function identifier(content: Buffer): string {
  insist(content.length >= 1 && content.length <= 8, "an unusual integer");
  return content.toString("hex").replace(/^0+/, "");
}

/** Reads the content of a float. */
export function float(content: Buffer): number {
  if (content.length === 4) return content.readFloatBE(0);
  insist(content.length === 8, "an unusual float");
  return content.readDoubleBE(0);
}

/** Reads a text, which may be padded with zeros. */
export function text(content: Buffer | undefined): string | undefined {
  // A pattern takes the square of the time for zeros that do not stand at the end.
  return content?.toString("utf8", 0, content.findLastIndex((byte) => byte !== 0) + 1);
}
