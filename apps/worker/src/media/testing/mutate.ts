import { boxesAt, type Place } from "./places.ts";

/** A random number from 0 to below 1, by seed. */
export type Random = () => number;

/** Returns a generator of random numbers that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A way to break a file; returns the broken one. */
export type Mutation = (file: Buffer, random: Random) => Buffer;

const below = (limit: number, random: Random): number => Math.floor(random() * limit);
const oneOf = <T>(items: readonly T[], random: Random): T | undefined => items[below(items.length, random)];

/** Returns a place in a part of the file that describes the rest, more often than one among the samples. */
function anyPlace(file: Buffer, random: Random): number {
  const heads = boxesAt(file).filter(({ isData }) => !isData);
  const head = random() < 0.8 ? oneOf(heads, random) : undefined;
  return head === undefined ? below(file.length, random) : head.start + below(head.end - head.start, random);
}

/** Numbers that tables and sizes handle badly. */
const badNumbers = [0, 1, 2, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x10000000, 0x01000000];

function numberAt(file: Buffer, at: number, value: number): Buffer {
  if (at >= 0 && at + 4 <= file.length) file.writeUInt32BE(value, at);
  return file;
}

/** Swaps the bytes of two places that follow each other. */
function swapped(file: Buffer, [one, other]: readonly [Place, Place]): Buffer {
  const between = file.subarray(one.end, other.start);
  const swappedParts = [file.subarray(other.start, other.end), between, file.subarray(one.start, one.end)];
  return Buffer.concat([file.subarray(0, one.start), ...swappedParts, file.subarray(other.end)]);
}

/** Writes into a table of MP4: its count, or one of its first numbers. */
const huge =
  (type: string): Mutation =>
  (file, random) => {
    const at = file.indexOf(type, below(2, random) === 0 ? 0 : Math.max(0, file.lastIndexOf(type) - 1), "latin1");
    if (at < 0) return file;
    return numberAt(
      file,
      at + 8 + 4 * below(6, random),
      oneOf([0xffffffff, 0x7fffffff, 0x10000000, 50_000_000, 0], random) ?? 0,
    );
  };

const mutations: Record<string, Mutation> = {
  "cut off": (file, random) => file.subarray(0, below(file.length, random)),
  "cut off near the end": (file, random) => file.subarray(0, file.length - 1 - below(2000, random)),
  "a box twice": (file, random) => {
    const place = oneOf(boxesAt(file), random);
    if (place === undefined) return file;
    return Buffer.concat([file.subarray(0, place.end), file.subarray(place.start)]);
  },
  "a box less": (file, random) => {
    const place = oneOf(boxesAt(file), random);
    if (place === undefined) return file;
    return Buffer.concat([file.subarray(0, place.start), file.subarray(place.end)]);
  },
  "another name of a box": (file, random) => {
    const place = oneOf(boxesAt(file), random);
    if (place === undefined) return file;
    const at = place.name + below(4, random);
    return file.fill((file[at] ?? 0) ^ (1 << below(8, random)), at, at + 1);
  },
  "bytes behind the end": (file, random) =>
    Buffer.concat([file, Buffer.from(Array.from({ length: 1 + below(300, random) }, () => below(256, random)))]),
  "boxes in boxes in boxes": (file, random) => {
    const depth = 1 + below(oneOf([20, 20_000], random) ?? 1, random);
    const nest = Buffer.alloc(8 * depth);
    for (let level = 0; level < depth; level++) {
      nest.writeUInt32BE(nest.length - 8 * level, 8 * level);
      nest.write(oneOf(["moov", "udta", "trak"], random) ?? "", 8 * level + 4, "latin1");
    }
    const place = oneOf(boxesAt(file), random);
    const at = place?.end ?? file.length;
    return Buffer.concat([file.subarray(0, at), nest, file.subarray(at)]);
  },
  "a huge stts": huge("stts"),
  "a huge ctts": huge("ctts"),
  "a huge stsz": huge("stsz"),
  "a huge elst": huge("elst"),
  "a flipped bit": (file, random) => {
    const at = anyPlace(file, random);
    return file.fill((file[at] ?? 0) ^ (1 << below(8, random)), at, at + 1);
  },
  "some flipped bytes": (file, random) => {
    for (let count = 1 + below(6, random); count > 0; count--) {
      const at = anyPlace(file, random);
      file.fill(below(256, random), at, at + 1);
    }
    return file;
  },
  "a bad number": (file, random) => numberAt(file, anyPlace(file, random), oneOf(badNumbers, random) ?? 0),
  "a hole of zeros": (file, random) => {
    const at = anyPlace(file, random);
    const bytes = 1 + below(oneOf([16, 256, 5000, 40_000], random) ?? 1, random);
    return file.fill(0, at, Math.min(file.length, at + bytes));
  },
  "swapped boxes": (file, random) => {
    const places = boxesAt(file);
    const index = below(places.length - 1, random);
    const [one, other] = [
      places[index],
      places.slice(index + 1).find(({ start }) => start >= (places[index]?.end ?? 0)),
    ];
    return one === undefined || other === undefined ? file : swapped(file, [one, other]);
  },
};

/** Returns a copy of a file that is broken in one way, by seed. A way that changes nothing of it gives place to the next. */
export function mutate(file: Buffer, seed: number): { kind: string; broken: Buffer } {
  const random = randomOf(seed);
  const kinds = Object.entries(mutations);
  const turned = [...kinds.slice(seed % kinds.length), ...kinds.slice(0, seed % kinds.length)];
  for (const [kind, change] of turned) {
    const broken = change(Buffer.from(file), random);
    if (!broken.equals(file)) return { kind, broken };
  }
  throw new Error("nothing breaks this file");
}
