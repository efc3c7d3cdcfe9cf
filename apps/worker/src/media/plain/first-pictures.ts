import type { FileBytes } from "./file-bytes.ts";
import { sizeOfAv1 } from "./av1-size.ts";
import { type Size, sizeOfVp8, sizeOfVp9 } from "./picture-size.ts";
import { insist } from "./plain.ts";
import type { Format } from "./sample-format.ts";

const mostHeaderBytes = 512;
const lengthBytes = 4;

/**
 * Checks that the first pictures have the size that the container tells. ffprobe decodes some of them, and believes them
 * rather than the container.
 *
 * @throws NotPlainError
 */
export async function checkFirstPictures(
  file: FileBytes,
  { codec, size, parameterSet, units = Buffer.alloc(0) }: Format,
  first: readonly { start: number; length: number }[],
): Promise<void> {
  if (parameterSet !== undefined) {
    for (const [index, picture] of first.entries())
      await checkUnits(file, picture, { parameterSet, isFirst: index === 0 });
    return;
  }
  const [picture] = first;
  insist(picture !== undefined && size !== undefined, "no picture");
  const head = await file.read(picture.start, Math.min(picture.length, mostHeaderBytes));
  const told = readSize(codec, head, units);
  insist(told.width === size.width && told.height === size.height, "the sizes differ");
}

function readSize(codec: string, head: Buffer, units: Buffer): Size {
  if (codec === "vp8") return sizeOfVp8(head);
  if (codec === "vp9") return sizeOfVp9(head);
  insist(codec === "av1", "another codec");
  return sizeOfAv1(head, units);
}

/** Types of units of H.264 (ITU-T H.264, table 7-1). */
const unit = {
  slice: 1,
  key: 5,
  information: 6,
  parameters: 7,
  pictureParameters: 8,
  delimiter: 9,
  filler: 12,
} as const;
const permitted: readonly number[] = Object.values(unit);

/** Checks the units of a picture of H.264: whole ones, and no parameters but those of the header. */
async function checkUnits(
  file: FileBytes,
  { start, length }: { start: number; length: number },
  { parameterSet, isFirst }: { parameterSet: Buffer; isFirst: boolean },
): Promise<void> {
  const end = start + length;
  let pictures = 0;
  for (let at = start; at < end;) {
    insist(end - at > lengthBytes, "a unit ends early");
    const head = await file.read(at, lengthBytes + 1);
    const [bytes, kind] = [head.readUInt32BE(0), head.readUInt8(lengthBytes) & 31];
    at += lengthBytes;
    insist(bytes > 0 && at + bytes <= end && head.readUInt8(lengthBytes) < 128, "a unit is longer than its picture");
    insist(permitted.includes(kind), "an unusual unit");
    if (kind === unit.parameters)
      insist((await file.read(at, bytes)).equals(parameterSet), "a picture has parameters of its own");
    if (kind === unit.key || (kind === unit.slice && !isFirst)) pictures++;
    at += bytes;
  }
  insist(pictures > 0, "no picture");
}
