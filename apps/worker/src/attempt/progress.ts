import type { Logger } from "@dwld/daemon";
import { createProgressReporter, type LiveProgress, type ProgressCache } from "@dwld/progress";
import { type Database, type Facts, type Lease, noteFacts } from "@dwld/queue";
import type { YtdlpEvent } from "../ytdlp/events.ts";
import { type RunState, titleOf } from "../ytdlp/run-state.ts";

/** Interval of progress in the table, ms. It serves while the cache is away, and each write is a commit. */
const storeIntervalMs = 5000;
/** Time within which facts are in the table, ms: those that become known together are one commit. */
const noteWithinMs = 1000;
/** Interval of progress in the cache, ms. */
const reportIntervalMs = 500;

export type ProgressParts = { database: Database; cache: ProgressCache; logger: Logger; now: () => number };

/** Reports how a download gets on: to the cache twice a second, to the table within a second, then every five. */
export type DownloadProgress = {
  /** Reports the state of a run after an event. */
  onEvent(state: RunState, event: YtdlpEvent): void;
  report(progress: LiveProgress): void;
  /** Records facts within a second. If that fails, it is logged: the download goes on. */
  note(facts: Facts): void;
  /** Resolves when no write is under way, with the facts that are not recorded: the end of the attempt records them. */
  end(): Promise<Facts>;
};

export function createDownloadProgress(parts: ProgressParts, lease: Lease): DownloadProgress {
  const { database, cache, logger, now } = parts;
  const reporter = createProgressReporter(cache, lease.task.id, { intervalMs: reportIntervalMs, now });
  let storedAtMs = 0;
  let unwritten: Facts = {};
  let timer: NodeJS.Timeout | undefined;
  const writes: Promise<void>[] = [];
  const write = async () => {
    const facts = unwritten;
    unwritten = {};
    timer = undefined;
    try {
      await noteFacts(database, lease, facts);
    } catch (error) {
      // The next write tries them again, or the end of the attempt.
      unwritten = { ...facts, ...unwritten };
      logger.warn({ err: error, task_id: lease.task.id }, "something about a download could not be written down");
    }
  };
  const note = (facts: Facts) => {
    unwritten = { ...unwritten, ...facts };
    timer ??= setTimeout(() => writes.push(write()), noteWithinMs);
  };
  const report = (progress: LiveProgress) => {
    reporter.report(progress);
    // The clock may have been set back: then the difference is large too.
    if (Math.abs(now() - storedAtMs) < storeIntervalMs) return;
    storedAtMs = now();
    note({ progress });
  };
  return {
    onEvent: (state, event) => {
      if (event.kind === "video") {
        const { durationSeconds } = event;
        const duration = durationSeconds === undefined ? {} : { durationSeconds };
        note({ ...titleOf(state), ...duration });
      }
      if (state.progress !== undefined) report(state.progress);
    },
    report,
    note,
    end: async () => {
      clearTimeout(timer);
      await Promise.all([...writes, reporter.flush()]);
      const { progress: _, ...facts } = unwritten;
      return facts;
    },
  };
}
