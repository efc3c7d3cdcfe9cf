import { chunkBytes } from "./chunk-memory.ts";

/** The places for chunks. The thread fills those that the process does not hold. */
const placeCount = 8;

/** The chunks that the process holds at most: a pipeline has one in the socket and one in the stream, and a third is handed over. */
const mostHeld = 4;

/** What both sides count, from 0: chunks that were filled, and chunks that were given back. Behind it, the length of each place. */
const [filled, givenBack, lengths] = [0, 1, 2];
const headBytes = 4096;

/**
 * The chunks of a file in memory that a thread fills while the process sends them: no message and no copy for a chunk.
 * One side each; they share `memory`.
 */
export class SharedChunks {
  readonly memory: SharedArrayBuffer;
  readonly #counts: Int32Array<SharedArrayBuffer>;
  /** Chunks that this side has filled or taken. */
  #count = 0;

  constructor(memory = new SharedArrayBuffer(headBytes + placeCount * chunkBytes)) {
    this.memory = memory;
    this.#counts = new Int32Array(memory, 0, headBytes / Int32Array.BYTES_PER_ELEMENT);
  }

  /** Returns the place for the next chunk. Blocks the thread until the process has given it back. */
  freePlace(): Buffer {
    for (;;) {
      const free = Atomics.load(this.#counts, givenBack);
      if (this.#count - free < placeCount) return this.#place(this.#count, chunkBytes);
      Atomics.wait(this.#counts, givenBack, free);
    }
  }

  /** Hands over the first bytes of that place. */
  fill(bytes: number): void {
    this.#counts[lengths + (this.#count % placeCount)] = bytes;
    this.#count += 1;
    Atomics.store(this.#counts, filled, this.#count);
    Atomics.notify(this.#counts, filled);
  }

  /**
   * Returns the next chunk, and gives back the one that was taken four chunks earlier.
   *
   * @param check is called before each wait, and after each `wake`. An error that it throws ends the wait.
   */
  async take(check: () => void): Promise<Buffer> {
    if (this.#count >= mostHeld) {
      Atomics.store(this.#counts, givenBack, this.#count - mostHeld + 1);
      Atomics.notify(this.#counts, givenBack);
    }
    while (Atomics.load(this.#counts, filled) === this.#count) {
      check();
      const waiting = Atomics.waitAsync(this.#counts, filled, this.#count);
      if (waiting.async) await waiting.value;
    }
    const bytes = this.#counts[lengths + (this.#count % placeCount)] ?? 0;
    this.#count += 1;
    return this.#place(this.#count - 1, bytes);
  }

  /** Has `take` check again. */
  wake(): void {
    Atomics.notify(this.#counts, filled);
  }

  #place(number: number, bytes: number): Buffer {
    return Buffer.from(this.memory, headBytes + (number % placeCount) * chunkBytes, bytes);
  }
}
