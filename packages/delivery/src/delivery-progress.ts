import { createProgressReporter, type LiveProgress, type ProgressCache } from "@dwld/progress";
import { type Database, type Lease, noteFacts } from "@dwld/queue";
import type { Logger } from "@dwld/daemon";

/** The speed is the mean of this time. */
const windowMs = 5000;

/** The progress of a task's delivery: of all its files together. */
export class DeliveryProgress {
  readonly #totalBytes: number;
  readonly #samples: { atMs: number; bytes: number }[] = [];

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
  }

  /**
   * @param bytes of all files so far.
   * @param nowMs milliseconds since the epoch.
   */
  at(bytes: number, step: string, nowMs: number): LiveProgress {
    // If the clock was set back, earlier samples measure nothing.
    if (nowMs < (this.#samples.at(-1)?.atMs ?? nowMs)) this.#samples.length = 0;
    this.#samples.push({ atMs: nowMs, bytes });
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? nowMs) < nowMs - windowMs) this.#samples.shift();
    const oldest = this.#samples[0] ?? { atMs: nowMs, bytes };
    const elapsedMs = nowMs - oldest.atMs;
    const progress: LiveProgress = {
      doneBytes: bytes,
      totalBytes: this.#totalBytes,
      progressPercent: this.#totalBytes === 0 ? 100 : (100 * bytes) / this.#totalBytes,
      step,
      updatedAtMs: nowMs,
    };
    if (elapsedMs <= 0 || bytes <= oldest.bytes) return progress;
    const speedBytesPerSecond = Math.round((1000 * (bytes - oldest.bytes)) / elapsedMs);
    const etaSeconds = Math.ceil((this.#totalBytes - bytes) / Math.max(speedBytesPerSecond, 1));
    return { ...progress, speedBytesPerSecond, etaSeconds };
  }
}

/** A delivery that is over by then tells the cache nothing: three calls less for each short video. */
const quietMs = 250;

/** The shortest time between two reports to the cache, and between two writes to the table. */
const reportIntervalMs = 500;
const noteIntervalMs = 5000;

export type ReportOptions = {
  cache: Pick<ProgressCache, "put" | "remove">;
  database: Database;
  now: () => number;
  logger: Logger;
};

export type Report = {
  /** @param sentBytes of all files of the task so far. */
  progress: (sentBytes: number, step: string) => void;
  /** Ends the reports. The cache forgets the task. */
  end: () => Promise<void>;
};

/** Reports the progress of a task's delivery to the cache, and less often to the task table. */
export function startReporting(
  { cache, database, now, logger }: ReportOptions,
  lease: Lease,
  totalBytes: number,
): Report {
  const taskId = lease.task.id;
  const progress = new DeliveryProgress(totalBytes);
  const reporter = createProgressReporter(cache, taskId, { intervalMs: reportIntervalMs, now });
  const onError = (error: unknown) => {
    logger.warn({ task_id: taskId, err: error }, "progress was not written down");
  };
  let reportedMs = Number.NEGATIVE_INFINITY;
  let reportedStep = "";
  let notedMs = now();
  let isQuiet = true;
  let latest: LiveProgress | undefined;
  const quiet = setTimeout(() => {
    isQuiet = false;
    if (latest !== undefined) reporter.report(latest);
  }, quietMs);
  return {
    progress: (sentBytes, step) => {
      const nowMs = now();
      // A new step may be the last report for minutes.
      if (Math.abs(nowMs - reportedMs) < reportIntervalMs && step === reportedStep) return;
      reportedMs = nowMs;
      reportedStep = step;
      const current = progress.at(sentBytes, step, nowMs);
      latest = current;
      if (!isQuiet) reporter.report(current);
      if (Math.abs(nowMs - notedMs) < noteIntervalMs) return;
      notedMs = nowMs;
      noteFacts(database, lease, { progress: current }).catch(onError);
    },
    end: async () => {
      clearTimeout(quiet);
      if (isQuiet) return;
      await reporter.flush();
      await cache.remove(taskId);
    },
  };
}
