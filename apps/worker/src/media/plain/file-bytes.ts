import type { FileHandle } from "node:fs/promises";
import { insist } from "./plain.ts";

/** Bytes that are read at once. */
const windowBytes = 64 * 1024;

/** Bytes that are read of one file at most: no header or last part of a plain file is as long. */
const budgetBytes = 16 * 1024 * 1024;

/** Parts that are read of one file at most: a plain file needs some hundreds. */
const mostParts = 20_000;

/** Reads parts of a file within a budget, so that a hostile file costs little. */
export class FileBytes {
  readonly sizeBytes: number;
  readonly #handle: FileHandle;
  #window = Buffer.alloc(0);
  #windowStart = 0;
  #leftBytes = budgetBytes;
  #leftParts = mostParts;

  constructor(handle: FileHandle, sizeBytes: number) {
    this.#handle = handle;
    this.sizeBytes = sizeBytes;
  }

  /**
   * Returns some bytes, which stay as they are.
   *
   * @throws NotPlainError if the file ends before, or has cost its budget
   */
  async read(start: number, length: number): Promise<Buffer> {
    insist(start >= 0 && length >= 0 && start + length <= this.sizeBytes, "a part lies outside of the file");
    insist(this.#leftParts-- > 0, "too many parts");
    const from = start - this.#windowStart;
    if (from < 0 || from + length > this.#window.length) await this.#load(start, length);
    const offset = start - this.#windowStart;
    return this.#window.subarray(offset, offset + length);
  }

  async #load(start: number, length: number): Promise<void> {
    const wanted = Math.min(Math.max(length, windowBytes), this.sizeBytes - start);
    this.#leftBytes -= wanted;
    insist(this.#leftBytes >= 0, "too many bytes");
    const window = Buffer.allocUnsafe(wanted);
    for (let filled = 0; filled < wanted;) {
      const { bytesRead } = await this.#handle.read(window, filled, wanted - filled, start + filled);
      insist(bytesRead > 0, "the file became shorter");
      filled += bytesRead;
    }
    this.#window = window;
    this.#windowStart = start;
  }
}
