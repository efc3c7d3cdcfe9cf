import { Worker } from "node:worker_threads";
import { layout } from "@dwld/layout";
import type { HashAlgorithm } from "../destination/destination.ts";
import { SharedChunks } from "./shared-chunks.ts";
import type { ThreadAnswer, ThreadOrder } from "./source-thread.ts";

/** A file that a thread reads and hashes from its beginning to its end (source-thread.ts), while this one sends it. */
export class ThreadReader {
  readonly #sizeBytes: number;
  readonly #chunks = new SharedChunks();
  readonly #thread: Worker;
  readonly #answer: Promise<ThreadAnswer>;
  #failure: Error | undefined;

  /** @param fd stays open until `close` resolves. */
  constructor(fd: number, sizeBytes: number, algorithms: HashAlgorithm[]) {
    const workerData: ThreadOrder = { memory: this.#chunks.memory, fd, sizeBytes, algorithms };
    this.#sizeBytes = sizeBytes;
    this.#thread = new Worker(layout.sourceThread, { workerData, env: {}, execArgv: [], name: "source" });
    const answer = Promise.withResolvers<ThreadAnswer>();
    this.#thread.once("message", answer.resolve);
    this.#thread.once("error", answer.reject);
    this.#thread.once("exit", () => {
      answer.reject(new Error("The thread that reads a file has ended."));
    });
    this.#answer = answer.promise;
    this.#answer.catch((error: unknown) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#chunks.wake();
    });
  }

  /** Returns the chunks, for a pipeline: the memory of one is filled again after four more. @throws the error of the thread. */
  async *chunks(): AsyncGenerator<Buffer, void> {
    for (let left = this.#sizeBytes; left > 0;) {
      const chunk = await this.#chunks.take(() => {
        if (this.#failure !== undefined) throw this.#failure;
      });
      if (chunk.length === 0) return;
      left -= chunk.length;
      yield chunk;
    }
  }

  /** Why the thread could not read on. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Resolves with the hashes when all was read. */
  async digests(): Promise<ThreadAnswer> {
    return await this.#answer;
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }
}
