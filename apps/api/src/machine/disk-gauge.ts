import { type Logger, statfsOfNearest } from "@dwld/daemon";
import { withTimeout } from "@dwld/timing";

export type DiskSpace = { path: string; freeBytes: number; totalBytes: number };

/** How long an answer waits for a disk that is asleep or on an absent server, ms. */
const defaultTimeoutMs = 30;

/** Reads the free space of the disk on which a folder lies. */
export class DiskGauge {
  readonly #path: string;
  readonly #logger: Logger;
  #last: DiskSpace | undefined;
  #asking: Promise<void> | undefined;

  constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
  }

  /** Returns the space as it is now, or as last read if the disk is slow; undefined if it was never read. */
  async read(timeoutMs = defaultTimeoutMs): Promise<DiskSpace | undefined> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    await withTimeout(this.#asking, timeoutMs, () => undefined);
    return this.#last;
  }

  async #ask(): Promise<void> {
    try {
      const { bavail, blocks, bsize } = await statfsOfNearest(this.#path);
      this.#last = { path: this.#path, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    } catch (error) {
      this.#logger.warn({ err: error, path: this.#path }, "the disk's free space could not be read");
      this.#last = undefined;
    }
  }
}
