import type { Logger } from "@dwld/daemon";
import { createProgressReporter, type LiveProgress, type ProgressCache } from "@dwld/progress";
import { type Database, type Lease, noteMedia, noteProgress } from "@dwld/queue";
import type { YtdlpEvent } from "../ytdlp/events.ts";
import { type RunState, titleOf } from "../ytdlp/run-state.ts";

/** Interval of progress in the table, ms. It serves while the cache is away, and each write is a commit. */
const storeIntervalMs = 5000;
/** Interval of progress in the cache, ms. */
const reportIntervalMs = 500;

export type ProgressParts = { database: Database; cache: ProgressCache; logger: Logger; now: () => number };

/** Reports how a download gets on: to the cache twice a second, to the table every five seconds. */
export type DownloadProgress = {
  /** Reports the state of a run after an event. */
  onEvent(state: RunState, event: YtdlpEvent): void;
  report(progress: LiveProgress): void;
  /** Adds a write to those that `end` waits for. If it fails, that is logged: the download goes on. */
  write(write: Promise<unknown>): void;
  /** Resolves when everything is written. */
  end(): Promise<void>;
};

export function createDownloadProgress(parts: ProgressParts, lease: Lease): DownloadProgress {
  const { database, cache, logger, now } = parts;
  const reporter = createProgressReporter(cache, lease.task.id, { intervalMs: reportIntervalMs, now });
  let storedAtMs = 0;
  const writes: Promise<void>[] = [];
  const write = (written: Promise<unknown>) => {
    const settled = written.then(
      () => undefined,
      (error: unknown) => {
        logger.warn({ err: error, task_id: lease.task.id }, "something about a download could not be written down");
      },
    );
    writes.push(settled);
  };
  const report = (progress: LiveProgress) => {
    reporter.report(progress);
    // The clock may have been set back: then the difference is large too.
    if (Math.abs(now() - storedAtMs) < storeIntervalMs) return;
    storedAtMs = now();
    write(noteProgress(database, lease, progress));
  };
  return {
    onEvent: (state, event) => {
      if (event.kind === "video") {
        const { durationSeconds } = event;
        const duration = durationSeconds === undefined ? {} : { durationSeconds };
        write(noteMedia(database, lease, { ...titleOf(state), ...duration }));
      }
      if (state.progress !== undefined) report(state.progress);
    },
    report,
    write,
    end: async () => {
      await Promise.all([...writes, reporter.flush()]);
    },
  };
}
