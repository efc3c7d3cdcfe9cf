import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { layout } from "@dwld/layout";
import { minuteMs } from "@dwld/timing";
import type { Asked } from "./thumbnail-thread.ts";

/**
 * Encodes a picture from a site anew: a JPEG of at most 24 KiB that fits into 320 × 320 pixels, without metadata. Returns
 * undefined if it is no such picture, or too large.
 *
 * @throws the reason of the signal
 */
export type EncodeThumbnail = (picture: Buffer, signal: AbortSignal) => Promise<Buffer | undefined>;

export const mostThumbnailBytes = 24 * 1024;
const longestSide = 320;

type Bounds = {
  /** Time without a picture after which the thread ends, ms: it takes some 40 MB. */
  idleMs?: number;
  /** Time for one picture, ms: a JPEG can have thousands of passes. */
  longestMs?: number;
};

/**
 * Encodes one picture at a time, in a thread (thumbnail-thread.ts) that stays while there is work. One that refuses a picture ends
 * with it, and so does one whose picture nobody waits for.
 */
export class ThumbnailEncoder {
  readonly #bounds: Required<Bounds>;
  #thread: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ idleMs = minuteMs, longestMs = 5000 }: Bounds = {}) {
    this.#bounds = { idleMs, longestMs };
  }

  readonly encode: EncodeThumbnail = async (picture, signal) => {
    if (!isPicture(picture)) return undefined;
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    try {
      await before;
      return await this.#encodeNow(picture, signal);
    } finally {
      resolve();
    }
  };

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  async #encodeNow(picture: Buffer, signal: AbortSignal): Promise<Buffer | undefined> {
    signal.throwIfAborted();
    clearTimeout(this.#idle);
    const thread = (this.#thread ??= startThread());
    const bound = AbortSignal.timeout(this.#bounds.longestMs);
    const answered = once(thread, "message", { signal: AbortSignal.any([signal, bound]) });
    const asked: Asked = { picture, longestSide, mostBytes: mostThumbnailBytes };
    thread.postMessage(asked, []);
    try {
      const [jpeg] = (await answered) as [Uint8Array | undefined];
      this.#idle = setTimeout(() => void this.close(), this.#bounds.idleMs).unref();
      return jpeg === undefined || !isJpeg(jpeg) ? undefined : Buffer.from(jpeg);
    } catch (error) {
      await this.close();
      signal.throwIfAborted();
      if (bound.aborted || (error instanceof Error && error.name === "RuntimeError")) return undefined;
      throw error;
    }
  }
}

function startThread(): Worker {
  const thread = new Worker(layout.thumbnailThread, { env: {}, execArgv: [], name: "thumbnails" });
  // Whoever waits is told by `once`; if nobody does, it is no concern of the process.
  thread.on("error", () => undefined);
  thread.unref();
  return thread;
}

/** The first bytes of JPEG, PNG, GIF and WebP. */
const beginnings = ["ffd8ff", "89504e470d0a1a0a", "47494638", "52494646"].map((bytes) => Buffer.from(bytes, "hex"));

function isPicture(bytes: Buffer): boolean {
  return beginnings.some((beginning) => bytes.subarray(0, beginning.length).equals(beginning));
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes.length > 4 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
}
