import { Worker } from "node:worker_threads";
import { chunkBytes } from "./chunk-memory.ts";

/** The places for chunks in the memory that the thread sees. */
export const sharedChunks = 8;

/** The most chunks that wait for their hash when a place is read into: two more may be on their way. */
const mostWaiting = 4;

/** The numbers of chunks that were handed over, and that were hashed; behind them, the place and the length of each. */
const [handedOver, hashed, orders] = [0, 1, 2];
const controlBytes = 4096;

/** Lengths that are none. */
const [tell, begin] = [-1, -2];

/** Plain JavaScript, since an installation has no file for each module. */
const program = `
  const { parentPort, workerData: memory } = require("node:worker_threads");
  const { createHash } = require("node:crypto");
  const control = new Int32Array(memory, 0, ${controlBytes / 4});
  let hash = createHash("sha256");
  for (let count = 0; ; ) {
    Atomics.wait(control, ${handedOver}, count);
    while (count !== Atomics.load(control, ${handedOver})) {
      const order = ${orders} + 2 * (count % ${sharedChunks});
      const [place, length] = [control[order], control[order + 1]];
      if (length === ${tell}) parentPort.postMessage(hash.copy().digest("hex"));
      else if (length === ${begin}) hash = createHash("sha256");
      else hash.update(new Uint8Array(memory, ${controlBytes} + place * ${chunkBytes}, length));
      count += 1;
      Atomics.store(control, ${hashed}, count);
      Atomics.notify(control, ${hashed});
    }
  }`;

/**
 * The SHA-256 of a large file, in a thread of its own: hashing takes as long as reading and sending together. The thread
 * reads the chunks where they are, and no message is sent for them.
 */
export class HashThread {
  readonly #memory = new SharedArrayBuffer(controlBytes + sharedChunks * chunkBytes);
  readonly #control = new Int32Array(this.#memory, 0, controlBytes / 4);
  readonly #worker = new Worker(program, { eval: true, workerData: this.#memory, env: {}, execArgv: [] });
  readonly #failed = Promise.withResolvers<never>();
  #count = 0;

  constructor() {
    this.#worker.once("error", this.#failed.reject);
    this.#failed.promise.catch(() => {});
  }

  /** Returns the memory of a place, for `chunkBytes`. */
  place(place: number): Buffer {
    return Buffer.from(this.#memory, controlBytes + place * chunkBytes, chunkBytes);
  }

  /** Hashes the first bytes of a place, some time before it is read into again: see `untilRoom`. */
  update(bytes: Buffer): void {
    this.#order((bytes.byteOffset - controlBytes) / chunkBytes, bytes.length);
  }

  /** Begins a new hash. */
  begin(): void {
    this.#order(0, begin);
  }

  /** Returns the hash of the bytes so far. @throws what ended the thread. */
  async digest(): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#worker.once("message", resolve);
    await this.untilRoom();
    this.#order(0, tell);
    return await Promise.race([promise, this.#failed.promise]);
  }

  /** Resolves when the place that comes next is hashed. Call it before each read. @throws what ended the thread. */
  async untilRoom(): Promise<void> {
    for (;;) {
      const count = Atomics.load(this.#control, hashed);
      if (this.#count - count <= mostWaiting) return;
      const waiting = Atomics.waitAsync(this.#control, hashed, count);
      if (waiting.async) await Promise.race([waiting.value, this.#failed.promise]);
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #order(place: number, length: number): void {
    const order = orders + 2 * (this.#count % sharedChunks);
    this.#control[order] = place;
    this.#control[order + 1] = length;
    this.#count += 1;
    Atomics.store(this.#control, handedOver, this.#count);
    Atomics.notify(this.#control, handedOver);
  }
}
