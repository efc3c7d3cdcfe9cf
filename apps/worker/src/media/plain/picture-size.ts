import { Bits } from "./bits.ts";
import { insist } from "./plain.ts";

/** Size of a picture, pixels. */
export type Size = { width: number; height: number };

/** Profiles of H.264 whose parameter sets tell the format of colours. */
const highProfiles: readonly number[] = [100, 110, 122, 244];
const basicProfiles: readonly number[] = [66, 77, 88];

/** Reads the size in a sequence parameter set of H.264 (ITU-T H.264, 7.3.2.1.1): progressive, in 4:2:0. */
export function sizeOfH264(parameterSet: Buffer): Size {
  insist(parameterSet.length <= 256 && (parameterSet[0] ?? 0) === 0x67, "no parameter set");
  const bits = new Bits(withoutEmulation(parameterSet.subarray(1)));
  const profile = bits.read(8);
  bits.read(16);
  insist(bits.golomb() <= 31, "id");
  if (highProfiles.includes(profile)) {
    insist(bits.golomb() === 1, "colours other than 4:2:0");
    insist(bits.golomb() <= 6 && bits.golomb() <= 6, "depth");
    insist(!bits.flag() && !bits.flag(), "scaling");
  } else insist(basicProfiles.includes(profile), "profile");
  insist(bits.golomb() <= 12, "frame numbers");
  const orderType = bits.golomb();
  insist(orderType === 0 || orderType === 2, "order of pictures");
  if (orderType === 0) insist(bits.golomb() <= 12, "order of pictures");
  insist(bits.golomb() <= 16, "reference frames");
  bits.flag();
  const [columns, rows] = [bits.golomb() + 1, bits.golomb() + 1];
  insist(bits.flag(), "interlaced");
  bits.flag();
  const [left, right, top, bottom] = bits.flag()
    ? [bits.golomb(), bits.golomb(), bits.golomb(), bits.golomb()]
    : [0, 0, 0, 0];
  const size = { width: columns * 16 - 2 * (left + right), height: rows * 16 - 2 * (top + bottom) };
  insist(size.width > 0 && size.height > 0, "size");
  return size;
}

/** Removes the bytes that keep a start code out of a unit (ITU-T H.264, 7.4.1.1). */
function withoutEmulation(unit: Buffer): Buffer {
  return Buffer.from(unit.filter((byte, at) => !(byte === 3 && at >= 2 && unit[at - 1] === 0 && unit[at - 2] === 0)));
}

/** Reads the size in the header of a key frame of VP8 (RFC 6386, 9.1), unscaled. */
export function sizeOfVp8(frame: Buffer): Size {
  insist(frame.length >= 10 && (frame.readUInt8(0) & 0x11) === 0x10, "no key frame");
  insist(frame.readUIntBE(3, 3) === 0x9d012a, "no key frame");
  const [width, height] = [frame.readUInt16LE(6), frame.readUInt16LE(8)];
  insist(width > 0 && width < 1 << 14 && height > 0 && height < 1 << 14, "size");
  return { width, height };
}

/** Reads the size in the header of a key frame of VP9 (VP9 bitstream specification, 6.2), of profile 0 or 2. */
export function sizeOfVp9(frame: Buffer): Size {
  const bits = new Bits(frame);
  insist(bits.read(2) === 2 && !bits.flag(), "profile");
  const isDeep = bits.flag();
  // A frame of its own, a key frame, shown or not, no mode of errors that matters here.
  insist(!bits.flag() && !bits.flag(), "no key frame");
  bits.read(2);
  insist(bits.read(24) === 0x498342, "no key frame");
  if (isDeep) bits.flag();
  insist(bits.read(3) !== 7, "colours other than 4:2:0");
  bits.flag();
  return { width: bits.read(16) + 1, height: bits.read(16) + 1 };
}
