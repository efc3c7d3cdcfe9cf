import type { LiveProgress } from "./live-progress.ts";
import type { ProgressCache } from "./progress-cache.ts";

export type ProgressReporter = {
  /** Remembers the progress; it is put at once or, after another one, when the interval is over. The last one wins. */
  readonly report: (progress: LiveProgress) => void;
  /** Puts what is not put yet. Resolves when nothing of this reporter is on its way, so that a remove() comes after it. */
  readonly flush: () => Promise<void>;
};

/** Puts the progress of one task at most once in `intervalMs` (500), however often it is reported. `now` may be set back. */
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
    // One after the other: an older value must not arrive after a newer one.
    sending = sending.then(async () => await cache.put(taskId, progress));
  }

  return {
    report(progress) {
      latest = progress;
      if (timer !== undefined) return;
      const waitMs = nextPutMs - now();
      // A clock that was set back would wait for what it has shown before.
      if (waitMs <= 0 || waitMs > intervalMs) send();
      else timer = setTimeout(send, waitMs);
    },
    async flush() {
      send();
      await sending;
    },
  };
}
