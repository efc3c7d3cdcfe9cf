import { type Logger, statfsOfNearest } from "@dwld/daemon";
import { withTimeout } from "@dwld/timing";

export type DiskSpace = { path: string; freeBytes: number; totalBytes: number };

/** A disk that is asleep, or a server that is away, does not hold up an answer for longer. */
const usualPatienceMs = 30;

/** The free space of the disk on which a folder lies. */
export class DiskGauge {
  readonly #path: string;
  readonly #logger: Logger;
  #last: DiskSpace | undefined;
  #asking: Promise<void> | undefined;

  constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
  }

  /** As it is now; where the disk is slow, as it was when it last answered; undefined where it never did. */
  async read(patienceMs = usualPatienceMs): Promise<DiskSpace | undefined> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    await withTimeout(this.#asking, patienceMs, () => undefined);
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
