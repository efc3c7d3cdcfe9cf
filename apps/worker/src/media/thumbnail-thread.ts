import { parentPort } from "node:worker_threads";

/**
 * A thread that makes thumbnails (encode-thumbnail.ts). Pictures are decoded, scaled and encoded by WebAssembly made of Rust's
 * `image`: code that is safe from what it reads, in a memory that reaches nothing else.
 */

/** Pages of 64 KiB: 128 MiB, in which a picture of 3840 × 2160 pixels fits, and one of 4000 × 4000 does not. */
const mostPages = 2048;

// The memory of the module has no end of its own.
const { WebAssembly } = globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object } };
const { Module } = WebAssembly;
WebAssembly.Module = class extends Module {
  constructor(bytes: Uint8Array) {
    super(withMemoryLimit(bytes, mostPages));
  }
};
const { default: photon } = await import("@silvia-odwyer/photon-node");
const { PhotonImage, resize, SamplingFilter } = photon;

export type Asked = { picture: Uint8Array; longestSide: number; mostBytes: number };

/** JPEG's quality, in percent. */
const qualities = [75, 50, 25];

parentPort?.on("message", ({ picture, longestSide, mostBytes }: Asked) => {
  const whole = PhotonImage.new_from_byteslice(picture);
  const [width, height] = [whole.get_width(), whole.get_height()];
  const scale = Math.min(1, longestSide / Math.max(width, height));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const small = scale === 1 ? whole : resize(whole, side(width), side(height), SamplingFilter.Triangle);
  const jpeg = qualities
    .map((quality) => () => small.get_bytes_jpeg(quality))
    .reduce<Uint8Array | undefined>((found, encode) => found ?? fitting(encode(), mostBytes), undefined);
  if (small !== whole) whole.free();
  small.free();
  parentPort?.postMessage(jpeg, []);
});

function fitting(jpeg: Uint8Array, mostBytes: number): Uint8Array | undefined {
  return jpeg.length <= mostBytes ? jpeg : undefined;
}

/** Sets the maximum of the one memory that a module has (WebAssembly's core specification, 5.5.8: section 5). */
function withMemoryLimit(module: Uint8Array, pages: number): Uint8Array<ArrayBuffer> {
  for (let at = 8; at < module.length;) {
    const section = readNumber(module, at + 1);
    const end = section.next + section.value;
    if (module[at] === 5) {
      const least = readNumber(module, section.next + 2);
      const memory = Uint8Array.of(1, 1, ...numberBytes(least.value), ...numberBytes(pages));
      const parts = [
        module.subarray(0, at),
        Uint8Array.of(5, ...numberBytes(memory.length)),
        memory,
        module.subarray(end),
      ];
      return new Uint8Array(Buffer.concat(parts));
    }
    at = end;
  }
  throw new Error("the module has no memory of its own");
}

/** Reads an unsigned LEB128. */
function readNumber(bytes: Uint8Array, from: number): { value: number; next: number } {
  let [value, next] = [0, from];
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[next++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next };
  }
}

function numberBytes(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...numberBytes(value >> 7)];
}
