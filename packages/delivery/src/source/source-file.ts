import { type FileHandle, open, unlink } from "node:fs/promises";
import { Readable } from "node:stream";
import type { HashAlgorithm } from "../destination/destination.ts";
import { chunkBytes, giveChunks, takeChunk } from "./chunk-memory.ts";
import { type ContentHash, createContentHash } from "./content-hash.ts";
import { damaged, explainOpenError, isAbsent, type SourceError, undeletable, unreadable } from "./source-error.ts";

/** The facts that were recorded when the file was downloaded. */
export type ExpectedFile = { path: string; sizeBytes: number; sha256: string };

/**
 * The number of chunks in memory, which are reused: fresh memory for each costs a fifth of the whole time (measured: 763 ms
 * for 1 GB, against 616). A pipeline holds one in the socket, since a write larger than the socket's buffer makes it wait
 * for `drain`, and one in the stream; one is handed over and one is read ahead.
 */
const ringChunks = 8;

/**
 * A file on its way out, hashed while it is read: by SHA-256, to see that it is what was downloaded, and in the same pass
 * by the algorithm of the destination.
 *
 * A thread of its own for the hashes was tried: one upload on loopback keeps two cores busy without it, and took 490 ms for
 * 500 MB instead of 450, and a quarter more CPU.
 */
export class SourceFile {
  readonly #expected: ExpectedFile;
  readonly #handle: FileHandle;
  readonly #algorithm: HashAlgorithm;
  readonly #ring: Buffer[] = [];
  #sha256: ContentHash;
  /** The hash by `#algorithm`. */
  #asked: ContentHash;
  #reads = 0;
  #askedBytes = 0;
  #hashedBytes = 0;
  #problem: Error | undefined;
  /** All was read, and a pipeline that took it has ended: nobody uses the chunks any more. */
  #isOver = false;

  private constructor(expected: ExpectedFile, handle: FileHandle, algorithm: HashAlgorithm) {
    this.#expected = expected;
    this.#handle = handle;
    this.#algorithm = algorithm;
    this.#sha256 = createContentHash("sha256");
    this.#asked = algorithm === "sha256" ? this.#sha256 : createContentHash(algorithm);
  }

  /** @throws SourceError `missing`, `unreadable`, or `damaged` if it has another size than it had. */
  static async open(expected: ExpectedFile, algorithm: HashAlgorithm = "sha256"): Promise<SourceFile> {
    const { path, sizeBytes } = expected;
    const handle = await open(path, "r").catch((error: unknown) => {
      throw explainOpenError(error, path);
    });
    const { size } = await handle.stat();
    if (size === sizeBytes) return new SourceFile(expected, handle, algorithm);
    await handle.close();
    throw damaged(path, `it has ${size} bytes where there were ${sizeBytes}`);
  }

  /**
   * Returns the bytes from where the last read ended, for a pipeline: a chunk's memory is reused after four more chunks.
   *
   * @param onRead is called with the bytes of the whole file that have been read so far.
   */
  stream(onRead: (bytes: number) => void): Readable {
    return Readable.from(this.#read(onRead), { objectMode: false, highWaterMark: chunkBytes });
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
    this.#askedBytes = 0;
    this.#hashedBytes = 0;
  }

  /** Returns the hash of what was read so far; undefined if another algorithm was chosen at the opening. */
  digest(algorithm: HashAlgorithm): string | undefined {
    if (algorithm === this.#algorithm) return this.#asked.digest();
    return algorithm === "sha256" ? this.#sha256.digest() : undefined;
  }

  /** Call it when all was read, and sent if it is sent. @throws SourceError `damaged` if the bytes are not those of the download. */
  verify(): void {
    if (this.#sha256.digest() !== this.#expected.sha256)
      throw damaged(this.#expected.path, "its SHA-256 is not that of the downloaded file");
    this.#isOver = true;
  }

  /** Why the file could not be read on. An error of the destination that follows from it is of no interest. */
  get problem(): SourceError | undefined {
    if (this.#problem === undefined) return undefined;
    const { path } = this.#expected;
    return unreadable(path, this.#problem);
  }

  async close(): Promise<void> {
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
