import { numbersIn, part, type Parts, partsOf, table } from "./boxes.ts";
import { existing, insist } from "./plain.ts";

/** Where the samples of a track of MP4 lie, and how long they last. */
export type Samples = {
  /** In units of the track. */
  duration: number;
  bytes: number;
  chunks: Chunks;
  /** The first samples in the order of decoding. */
  first: readonly { start: number; length: number }[];
};

/** Runs of samples, in the order of the file: where each begins and ends. */
export type Chunks = { starts: Float64Array; ends: Float64Array };

/** ffprobe decodes about as many pictures before it tells their size. */
const firstSamples = 24;

/** A sample that is larger, or lasts or waits longer, is unusual. */
const mostSampleBytes = 1 << 27;
const mostDelaySeconds = 10;

const tables = ["stsd", "stts", "stsc", "stsz"];
const permitted = ["ctts", "stss", "stco", "co64", "sdtp", "sgpd", "sbgp"];

/** Opens the sample table: its parts. */
export function openSampleTable(content: Buffer): Parts {
  const boxes = partsOf(content, [], [...tables, ...permitted]);
  insist(boxes.keys().next().value === "stsd", "the format of the samples does not stand first");
  // Groups of other types change which pictures are keys.
  for (const type of ["sgpd", "sbgp"])
    insist((boxes.get(type)?.toString("latin1", 4, 8) ?? "roll") === "roll", "unusual groups");
  return boxes;
}

/**
 * Reads the sample table (ISO 14496-12, 8.6 and 8.7). Its tables must agree about the number of samples.
 *
 * @throws NotPlainError
 */
export function readSamples(boxes: Parts, timescale: number): Samples {
  const sizes = readSizes(part(boxes, "stsz"));
  const duration = readDuration(part(boxes, "stts"), sizes.length);
  const most = mostDelaySeconds * timescale;
  const delays = boxes.get("ctts");
  if (delays !== undefined) checkDelays(table(delays, 2), sizes.length, most);
  const keys = boxes.get("stss");
  if (keys !== undefined) checkKeys(table(keys, 1), sizes.length);
  return { duration, ...locate(sizes, readRuns(part(boxes, "stsc")), readOffsets(boxes)) };
}

function readSizes(content: Buffer): Uint32Array {
  insist(content.length >= 12 && content.readUInt32BE(4) === 0, "all samples are of one size");
  insist(content.length === 12 + content.readUInt32BE(8) * 4, "a table is longer or shorter than its count");
  const sizes = numbersIn(content.subarray(12));
  insist(sizes.length > 0 && sizes.every((size) => size > 0 && size <= mostSampleBytes), "a sample is empty");
  return sizes;
}

function readDuration(content: Buffer, samples: number): number {
  const entries = table(content, 2);
  let [duration, counted] = [0, 0];
  for (let at = 0; at < entries.length; at += 2) {
    const [count = 0, delta = 0] = [entries[at], entries[at + 1]];
    insist(count > 0 && delta > 0 && delta < 2 ** 31, "a sample lasts no time");
    counted += count;
    duration += count * delta;
  }
  insist(counted === samples, "durations are of more or fewer samples");
  insist(Number.isSafeInteger(duration), "a duration is too large");
  return duration;
}

function checkDelays(entries: Uint32Array, samples: number, most: number): void {
  let counted = 0;
  for (let at = 0; at < entries.length; at += 2) {
    const [count = 0, unsigned = 0] = [entries[at], entries[at + 1]];
    insist(count > 0 && Math.abs(unsigned | 0) <= most, "a sample waits too long");
    counted += count;
  }
  insist(counted === samples, "delays are of more or fewer samples");
}

function checkKeys(keys: Uint32Array, samples: number): void {
  insist(keys.length > 0 && keys[0] === 1, "the first picture is no key");
  insist(
    keys.every((key, at) => key <= samples && (at === 0 || key > (keys[at - 1] ?? 0))),
    "keys out of order",
  );
}

type Run = { firstChunk: number; samples: number };

function readRuns(content: Buffer): Run[] {
  const entries = table(content, 3);
  const runs: Run[] = [];
  for (let at = 0; at < entries.length; at += 3) {
    const [firstChunk = 0, samples = 0, format] = [entries[at], entries[at + 1], entries[at + 2]];
    insist(firstChunk > (runs.at(-1)?.firstChunk ?? 0) && samples > 0 && format === 1, "chunks out of order");
    runs.push({ firstChunk, samples });
  }
  insist(runs[0]?.firstChunk === 1, "chunks out of order");
  return runs;
}

function readOffsets(boxes: Parts): Float64Array {
  const [short, long] = [boxes.get("stco"), boxes.get("co64")];
  insist((short === undefined) !== (long === undefined), "no chunks");
  if (short !== undefined) return Float64Array.from(table(short, 1));
  const halves = table(existing(long, "no chunks"), 2);
  const offsets = new Float64Array(halves.length / 2);
  return offsets.map((_, at) => (halves[2 * at] ?? 0) * 2 ** 32 + (halves[2 * at + 1] ?? 0));
}

function locate(sizes: Uint32Array, runs: readonly Run[], starts: Float64Array): Omit<Samples, "duration"> {
  insist(runs.length <= starts.length, "chunks out of order");
  const ends = new Float64Array(starts.length);
  const first: { start: number; length: number }[] = [];
  let [sample, run, bytes] = [0, 0, 0];
  for (let index = 0; index < starts.length; index++) {
    const start = starts[index] ?? 0;
    if (runs[run + 1]?.firstChunk === index + 1) run++;
    let end = start;
    const next = sample + (runs[run]?.samples ?? 0);
    insist(next <= sizes.length, "chunks hold more samples than there are");
    for (; sample < next; sample++) {
      const length = sizes[sample] ?? 0;
      if (first.length < firstSamples) first.push({ start: end, length });
      end += length;
    }
    insist(start >= (ends[index - 1] ?? 0), "chunks overlap");
    ends[index] = end;
    bytes += end - start;
  }
  insist(sample === sizes.length && run === runs.length - 1, "chunks hold fewer samples than there are");
  return { bytes, chunks: { starts, ends }, first };
}
