import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { HashAlgorithm } from "../destination/destination.ts";

/** A hash of a stream of bytes. */
export type ContentHash = {
  update(bytes: Buffer): void;
  /** Returns the hash of the bytes so far, as lower-case hexadecimal. More may follow. */
  digest(): string;
};

export function createContentHash(algorithm: HashAlgorithm): ContentHash {
  if (algorithm === "crc32") return new Crc32();
  const hash = createHash(algorithm);
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => hash.copy().digest("hex"),
  };
}

/** The CRC-32 of ZIP and zlib, which FTP servers compute. */
class Crc32 implements ContentHash {
  #value = 0;

  update(bytes: Buffer): void {
    this.#value = crc32(bytes, this.#value);
  }

  digest(): string {
    return this.#value.toString(16).padStart(8, "0");
  }
}
