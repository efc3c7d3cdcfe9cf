import { insist } from "./plain.ts";

/** Reads a buffer bit by bit, the highest first. */
export class Bits {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Reads an unsigned number of at most 32 bits. */
  read(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit++) {
      const byte = this.#bytes[this.#position >> 3];
      insist(byte !== undefined, "a header ends early");
      value = value * 2 + ((byte >> (7 - (this.#position & 7))) & 1);
      this.#position++;
    }
    return value;
  }

  flag(): boolean {
    return this.read(1) === 1;
  }

  /** Reads an unsigned Exp-Golomb number (ITU-T H.264, 9.1). */
  golomb(): number {
    let zeros = 0;
    while (!this.flag()) {
      zeros++;
      insist(zeros < 32, "a number is too large");
    }
    return 2 ** zeros - 1 + this.read(zeros);
  }
}
