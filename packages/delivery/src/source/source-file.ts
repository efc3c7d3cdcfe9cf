import { type FileHandle, open, unlink } from "node:fs/promises";
import { Readable } from "node:stream";
import { isSystemError } from "@dwld/text";
import type { HashAlgorithm } from "../destination/destination.ts";
import { chunkBytes, giveChunks, takeChunk } from "./chunk-memory.ts";
import { type ContentHash, createContentHash } from "./content-hash.ts";
import { ThreadReader } from "./read-in-thread.ts";
import type { ThreadAnswer } from "./source-thread.ts";
import { damaged, explainOpenError, isAbsent, type SourceError, undeletable, unreadable } from "./source-error.ts";

/** The facts that were recorded when the file was downloaded. */
export type ExpectedFile = { path: string; sizeBytes: number; sha256: string };

/**
 * The number of chunks in memory, which are reused: fresh memory for each costs a fifth of the whole time (measured: 763 ms
 * for 1 GB, against 616). A pipeline holds one in the socket, since a write larger than the socket's buffer makes it wait
 * for `drain`, and one in the stream; one is handed over and one is read ahead.
 */
const ringChunks = 8;

/** The smallest file that is worth the start of a thread, some 40 ms of CPU. */
const threadBytes = 512 * 1024 * 1024;

/**
 * A file on its way out, hashed while it is read: by SHA-256, to see that it is what was downloaded, and in the same pass
 * by the algorithm of the destination. A thread reads and hashes a large file that is sent from its beginning.
 */
export class SourceFile {
  readonly #expected: ExpectedFile;
  readonly #handle: FileHandle;
  readonly #algorithm: HashAlgorithm;
  readonly #inThread: boolean;
  readonly #ring: Buffer[] = [];
  #sha256: ContentHash;
  /** The hash by `#algorithm`. */
  #asked: ContentHash;
  #thread: ThreadReader | undefined;
  /** The hashes of the whole file, if a thread has read it. */
  #known: ThreadAnswer | undefined;
  #reads = 0;
  #askedBytes = 0;
  #hashedBytes = 0;
  #problem: Error | undefined;
  /** All was read, and a pipeline that took it has ended: nobody uses the chunks any more. */
  #isOver = false;

  private constructor(expected: ExpectedFile, handle: FileHandle, algorithm: HashAlgorithm, inThread: boolean) {
    this.#expected = expected;
    this.#handle = handle;
    this.#algorithm = algorithm;
    this.#inThread = inThread;
    this.#sha256 = createContentHash("sha256");
    this.#asked = algorithm === "sha256" ? this.#sha256 : createContentHash(algorithm);
  }

  /**
   * @param inThread whether a thread reads it if it is sent from its beginning. Default: a large one.
   * @throws SourceError `missing`, `unreadable`, or `damaged` if it has another size than it had.
   */
  static async open(
    expected: ExpectedFile,
    algorithm: HashAlgorithm = "sha256",
    inThread: boolean = expected.sizeBytes >= threadBytes,
  ): Promise<SourceFile> {
    const { path, sizeBytes } = expected;
    const handle = await open(path, "r").catch((error: unknown) => {
      throw explainOpenError(error, path);
    });
    const { size } = await handle.stat();
    if (size === sizeBytes) return new SourceFile(expected, handle, algorithm, inThread);
    await handle.close();
    throw damaged(path, `it has ${size} bytes where there were ${sizeBytes}`);
  }

  /**
   * Returns the bytes from where the last read ended, for a pipeline: a chunk's memory is reused after four more chunks.
   *
   * @param onRead is called with the bytes of the whole file that have been read so far.
   */
  stream(onRead: (bytes: number) => void): Readable {
    const chunks = this.#inThread && this.#askedBytes === 0 ? this.#readInThread(onRead) : this.#read(onRead);
    return Readable.from(chunks, { objectMode: false, highWaterMark: chunkBytes });
  }

  /**
   * Reads and hashes bytes up to a position, without handing them out: the destination has them already.
   *
   * @throws SourceError `unreadable`; the signal's reason.
   */
  async skip(bytes: number, signal: AbortSignal): Promise<void> {
    while (this.#hashedBytes < bytes) {
      signal.throwIfAborted();
      const chunk = await this.#readChunk(bytes - this.#hashedBytes);
      if (this.problem !== undefined) throw this.problem;
      if (chunk.length === 0) return;
      this.#hash(chunk);
    }
  }

  /** Starts again at the beginning. */
  rewind(): void {
    this.#sha256 = createContentHash("sha256");
    this.#asked = this.#algorithm === "sha256" ? this.#sha256 : createContentHash(this.#algorithm);
    this.#known = undefined;
    this.#askedBytes = 0;
    this.#hashedBytes = 0;
  }

  /** Returns the hash of what was read so far; undefined if another algorithm was chosen at the opening. */
  digest(algorithm: HashAlgorithm): string | undefined {
    if (this.#known !== undefined) return this.#known[algorithm];
    if (algorithm === this.#algorithm) return this.#asked.digest();
    return algorithm === "sha256" ? this.#sha256.digest() : undefined;
  }

  /** Call it when all was read, and sent if it is sent. @throws SourceError `damaged` if the bytes are not those of the download. */
  verify(): void {
    if (this.digest("sha256") !== this.#expected.sha256)
      throw damaged(this.#expected.path, "its SHA-256 is not that of the downloaded file");
    this.#isOver = true;
  }

  /** Why the file could not be read on. An error of the destination that follows from it is of no interest. */
  get problem(): SourceError | undefined {
    // A thread that could not be had is no problem of the file.
    const problem = this.#problem ?? (isSystemError(this.#thread?.failure) ? this.#thread.failure : undefined);
    return problem === undefined ? undefined : unreadable(this.#expected.path, problem);
  }

  async close(): Promise<void> {
    // It reads by the handle's number, which the next file may get.
    await this.#thread?.close();
    await this.#handle.close();
    // After a failure, the socket may still have one.
    if (this.#isOver) giveChunks(this.#ring.splice(0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async *#read(onRead: (bytes: number) => void): AsyncGenerator<Buffer, void> {
    // The disk reads while the network sends.
    let ahead = this.#readChunk();
    for (;;) {
      const chunk = await ahead;
      if (this.#problem !== undefined) throw this.#problem;
      if (chunk.length === 0) return;
      ahead = this.#readChunk();
      yield chunk;
      // The kernel sends the chunk while this computes.
      this.#hash(chunk);
      onRead(this.#hashedBytes);
    }
  }

  async *#readInThread(onRead: (bytes: number) => void): AsyncGenerator<Buffer, void> {
    const { sizeBytes } = this.#expected;
    const thread = new ThreadReader(this.#handle.fd, sizeBytes, [...new Set(["sha256", this.#algorithm] as const)]);
    this.#thread = thread;
    for await (const chunk of thread.chunks()) {
      yield chunk;
      this.#askedBytes += chunk.length;
      onRead(this.#askedBytes);
    }
    this.#known = await thread.digests();
  }

  #hash(chunk: Buffer): void {
    this.#sha256.update(chunk);
    if (this.#asked !== this.#sha256) this.#asked.update(chunk);
    this.#hashedBytes += chunk.length;
  }

  /** Never rejects, since there may be no reader any more. Returns no bytes at the end, and after a problem. */
  async #readChunk(mostBytes = chunkBytes): Promise<Buffer> {
    // No more bytes than there were. A change of the file meanwhile shows in the hash.
    const position = this.#askedBytes;
    const wanted = Math.min(chunkBytes, mostBytes, this.#expected.sizeBytes - position);
    if (wanted === 0) return Buffer.alloc(0);
    this.#askedBytes += wanted;
    try {
      const buffer = this.#nextBuffer();
      const { bytesRead } = await this.#handle.read(buffer, 0, wanted, position);
      // A read may return fewer bytes than asked for before the end.
      this.#askedBytes -= wanted - bytesRead;
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      this.#problem = error instanceof Error ? error : new Error(String(error));
      return Buffer.alloc(0);
    }
  }

  #nextBuffer(): Buffer {
    const place = this.#reads++ % ringChunks;
    return (this.#ring[place] ??= takeChunk());
  }
}

/** Deletes a source; does nothing if it is gone. @throws SourceError if it cannot be deleted. */
export async function removeSource(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isAbsent(error)) throw undeletable(path, error);
  }
}
