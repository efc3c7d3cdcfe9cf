import type { LiveProgress } from "./live-progress.ts";
import type { ProgressCache } from "./progress-cache.ts";

export type ProgressReporter = {
  /** Puts the progress at once, or when the interval since the last put is over. The last report wins. */
  readonly report: (progress: LiveProgress) => void;
  /** Puts what waits. Resolves when all puts of this reporter have ended, so that a remove() comes after them. */
  readonly flush: () => Promise<void>;
};

/** Reports the progress of one task to the cache, at most once per `intervalMs` (500). `now` may be set back. */
export function createProgressReporter(
  cache: Pick<ProgressCache, "put">,
  taskId: string,
  options: { intervalMs?: number; now?: () => number } = {},
): ProgressReporter {
  const { intervalMs = 500, now = () => performance.now() } = options;
  let latest: LiveProgress | undefined;
  let timer: NodeJS.Timeout | undefined;
  let nextPutMs = -Infinity;
  let sending = Promise.resolve();

  function send(): void {
    clearTimeout(timer);
    timer = undefined;
    const progress = latest;
    if (progress === undefined) return;
    latest = undefined;
    nextPutMs = now() + intervalMs;
    // Values are put one after another, so that an older one never arrives after a newer one.
    sending = sending.then(async () => await cache.put(taskId, progress));
  }

  return {
    report(progress) {
      latest = progress;
      if (timer !== undefined) return;
      const waitMs = nextPutMs - now();
      // A clock that was set back would make it wait longer than the interval.
      if (waitMs <= 0 || waitMs > intervalMs) send();
      else timer = setTimeout(send, waitMs);
    },
    async flush() {
      send();
      await sending;
    },
  };
}
