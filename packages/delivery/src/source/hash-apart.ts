import { Worker } from "node:worker_threads";
import type { HashAlgorithm } from "../destination/destination.ts";
import type { ContentHashes } from "./content-hashes.ts";

/** An empty one asks for the digests. */
type Request = { algorithms?: HashAlgorithm[]; chunk?: Buffer };
type Digests = Partial<Record<HashAlgorithm, string>>;
type Reply = { taken: number } | { digests: Digests };

/**
 * The program of the thread. A text, since it needs no file beside this one, whatever becomes of that in a bundle. Begins
 * anew at each list of algorithms, and counts the chunks that it has read.
 */
const program = `
  const { parentPort } = require("node:worker_threads");
  const { createHash } = require("node:crypto");
  const { crc32 } = require("node:zlib");
  const ofCrc32 = (value = 0) => ({
    update: (chunk) => { value = crc32(chunk, value); },
    copy: () => ({ digest: () => value.toString(16).padStart(8, "0") }),
  });
  let hashes = [];
  let taken = 0;
  parentPort.on("message", ({ algorithms, chunk }) => {
    if (algorithms !== undefined)
      hashes = algorithms.map((name) => [name, name === "crc32" ? ofCrc32() : createHash(name)]);
    else if (chunk !== undefined) {
      for (const [, hash] of hashes) hash.update(chunk);
      parentPort.postMessage({ taken: (taken += 1) });
    } else
      parentPort.postMessage({
        digests: Object.fromEntries(hashes.map(([name, hash]) => [name, hash.copy().digest("hex")])),
      });
  });`;

/**
 * Computes hashes in a thread of its own: SHA-256 takes as long as sending the bytes (0.5 s for 1 GB), and so both go on at
 * once. The thread costs some 30 ms and 10 MB.
 */
export function hashApart(algorithms: ReadonlySet<HashAlgorithm>): ContentHashes {
  return new HashThread(algorithms);
}

class HashThread implements ContentHashes {
  readonly isApart = true;
  readonly #algorithms: ReadonlySet<HashAlgorithm>;
  readonly #thread = new Worker(program, { eval: true, env: {}, execArgv: [] });
  readonly #asked: PromiseWithResolvers<Digests>[] = [];
  #taken = 0;
  #change = Promise.withResolvers<void>();
  #failure: Error | undefined;

  constructor(algorithms: ReadonlySet<HashAlgorithm>) {
    this.#algorithms = algorithms;
    this.#thread.on("message", (reply: Reply) => {
      if ("taken" in reply) this.#taken = reply.taken;
      else this.#asked.shift()?.resolve(reply.digests);
      this.#tell();
    });
    this.#thread.on("error", (error) => {
      this.#failure = new Error("the thread that computes hashes has failed", { cause: error });
      for (const { reject } of this.#asked.splice(0)) reject(this.#failure);
      this.#tell();
    });
    this.reset();
  }

  allocate(bytes: number): Buffer {
    return Buffer.from(new SharedArrayBuffer(bytes));
  }

  update(chunk: Buffer): void {
    this.#send({ chunk });
  }

  async taken(count: number): Promise<void> {
    // After a failure, `digest` tells.
    while (this.#taken < count && this.#failure === undefined) await this.#change.promise;
  }

  async digest(algorithm: HashAlgorithm): Promise<string | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    const asked = Promise.withResolvers<Digests>();
    this.#asked.push(asked);
    this.#send({});
    return (await asked.promise)[algorithm];
  }

  reset(): void {
    this.#send({ algorithms: [...this.#algorithms] });
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  #send(request: Request): void {
    // The memory is shared, and nothing is transferred.
    this.#thread.postMessage(request, []);
  }

  #tell(): void {
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers<void>();
    resolve();
  }
}
