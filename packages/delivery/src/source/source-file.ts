import { type FileHandle, open, unlink } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { getSystemErrorMessage } from "node:util";
import { errorCode } from "@dwld/text";
import { type ContentHash, createContentHash } from "./content-hash.ts";
import type { HashAlgorithm } from "../destination/destination.ts";

/** Something about the file on this machine, which no server can mend. `message` and `advice` are for a person. */
export class SourceError extends Error {
  readonly code = "source";
  readonly problem: "missing" | "damaged" | "unreadable";
  readonly path: string;
  readonly advice: string;

  constructor(
    {
      problem,
      path,
      message,
      advice,
    }: { problem: SourceError["problem"]; path: string; message: string; advice: string },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "SourceError";
    this.problem = problem;
    this.path = path;
    this.advice = advice;
  }
}

/** What was found out when the file was downloaded. */
export type ExpectedFile = { path: string; sizeBytes: number; sha256: string };

/** Measured against 64 KiB and 2 MiB: less time for each byte, and no pause that anything else notices. */
const chunkBytes = 512 * 1024;

/**
 * So many chunks are in memory, and are used again: fresh memory for each costs a fifth of the whole time (measured:
 * 763 ms for 1 GB, against 616). A pipeline holds one in the socket, since a write larger than the socket's buffer makes
 * it wait for `drain`, and one in the stream; one is handed over and one read ahead.
 */
const ringChunks = 8;

/**
 * A file on its way out: hashed while it is read, by SHA-256 to see that it is what was downloaded, and in the same pass
 * by what the server will be asked for.
 */
export class SourceFile {
  readonly #expected: ExpectedFile;
  readonly #handle: FileHandle;
  readonly #algorithm: HashAlgorithm;
  readonly #ring: Buffer[] = [];
  #sha256: ContentHash;
  /** By `#algorithm`. */
  #asked: ContentHash;
  #reads = 0;
  #askedBytes = 0;
  #hashedBytes = 0;
  #problem: Error | undefined;

  private constructor(expected: ExpectedFile, handle: FileHandle, algorithm: HashAlgorithm) {
    this.#expected = expected;
    this.#handle = handle;
    this.#algorithm = algorithm;
    this.#sha256 = createContentHash("sha256");
    this.#asked = algorithm === "sha256" ? this.#sha256 : createContentHash(algorithm);
  }

  /** @throws SourceError `missing`, `unreadable`, or `damaged` where it has another size than it had. */
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
   * Its bytes, or what is left of them, for a pipeline: a chunk's memory is used again when four more have been asked
   * for.
   *
   * @param onRead is told how many have been read so far, of the whole file.
   */
  stream(onRead: (bytes: number) => void): Readable {
    return Readable.from(this.#read(onRead), { objectMode: false, highWaterMark: chunkBytes });
  }

  /**
   * Reads the first bytes and hands them out to nobody: they are on the server already. @throws SourceError
   * `unreadable`; the signal's reason.
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

  /** From its beginning, once more. */
  rewind(): void {
    this.#sha256 = createContentHash("sha256");
    this.#asked = this.#algorithm === "sha256" ? this.#sha256 : createContentHash(this.#algorithm);
    this.#askedBytes = 0;
    this.#hashedBytes = 0;
  }

  /** The hash, by an algorithm, of what was read so far; undefined where another one was asked for at the opening. */
  digest(algorithm: HashAlgorithm): string | undefined {
    if (algorithm === this.#algorithm) return this.#asked.digest();
    return algorithm === "sha256" ? this.#sha256.digest() : undefined;
  }

  /** Call it when all was read. @throws SourceError `damaged` where the bytes were not those of the download. */
  verify(): void {
    if (this.#sha256.digest() !== this.#expected.sha256)
      throw damaged(this.#expected.path, "its SHA-256 is not that of the downloaded file");
  }

  /** What kept it from being read; a server's error that follows from it is of no interest. */
  get problem(): SourceError | undefined {
    if (this.#problem === undefined) return undefined;
    const { path } = this.#expected;
    return unreadable(path, this.#problem);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async *#read(onRead: (bytes: number) => void): AsyncGenerator<Buffer, void> {
    // The disk works while the network does.
    let ahead = this.#readChunk();
    for (;;) {
      const chunk = await ahead;
      if (this.#problem !== undefined) throw this.#problem;
      if (chunk.length === 0) return;
      ahead = this.#readChunk();
      yield chunk;
      // On its way by now: the kernel sends while this computes.
      this.#hash(chunk);
      onRead(this.#hashedBytes);
    }
  }

  #hash(chunk: Buffer): void {
    this.#sha256.update(chunk);
    if (this.#asked !== this.#sha256) this.#asked.update(chunk);
    this.#hashedBytes += chunk.length;
  }

  /** Never rejects, since nobody may be waiting for it any more. Empty at the end, and where there is a problem. */
  async #readChunk(mostBytes = chunkBytes): Promise<Buffer> {
    // No more than there was: what is written to it meanwhile shows in the hash of what is sent.
    const position = this.#askedBytes;
    const wanted = Math.min(chunkBytes, mostBytes, this.#expected.sizeBytes - position);
    if (wanted === 0) return Buffer.alloc(0);
    this.#askedBytes += wanted;
    try {
      const buffer = this.#nextBuffer();
      const { bytesRead } = await this.#handle.read(buffer, 0, wanted, position);
      // Fewer bytes than asked for are possible, and are not the end.
      this.#askedBytes -= wanted - bytesRead;
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      this.#problem = error instanceof Error ? error : new Error(String(error));
      return Buffer.alloc(0);
    }
  }

  #nextBuffer(): Buffer {
    const place = this.#reads++ % ringChunks;
    return (this.#ring[place] ??= Buffer.allocUnsafeSlow(Math.min(chunkBytes, this.#expected.sizeBytes)));
  }
}

/** @throws SourceError `unreadable` where the file is still there afterwards. */
export async function removeSource(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (isAbsent(error)) return;
    throw new SourceError(
      {
        problem: "unreadable",
        path,
        message: `The file was delivered, and ${basename(path)} cannot be deleted here: ${wordsOf(error)}`,
        advice: "Give the user that runs dwld write access to its folder, and retry the task.",
      },
      { cause: error },
    );
  }
}

const diskAdvice = "Check the disk of this machine. Nothing was deleted.";

function damaged(path: string, how: string): SourceError {
  return new SourceError({
    problem: "damaged",
    path,
    message: `${basename(path)} is not what was downloaded: ${how}`,
    advice: `${diskAdvice} To download it afresh, delete the task and add the link again.`,
  });
}

function unreadable(path: string, cause: unknown): SourceError {
  const message = `${basename(path)} cannot be read: ${wordsOf(cause)}`;
  return new SourceError({ problem: "unreadable", path, message, advice: diskAdvice }, { cause });
}

/** @param error what came of opening, linking or reading it. */
export function explainOpenError(error: unknown, path: string): SourceError {
  if (!isAbsent(error)) return unreadable(path, error);
  return new SourceError(
    {
      problem: "missing",
      path,
      message: `The downloaded file ${basename(path)} is gone from this machine, and the server has no copy`,
      advice: "Somebody or something has removed it. Retry the task: it is downloaded again.",
    },
    { cause: error },
  );
}

function isAbsent(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(errorCode(error));
}

/** Without the path that Node adds. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, errno } = error as NodeJS.ErrnoException;
  return errno === undefined ? error.message : `${getSystemErrorMessage(errno)} (${code})`;
}
