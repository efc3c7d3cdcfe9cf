import { createProgressReporter, type LiveProgress } from "@dwld/progress";
import { type Lease, noteMedia, noteProgress } from "@dwld/queue";
import type { WorkerContext } from "../worker-context.ts";
import { type DownloadStory, follow, untold } from "../ytdlp/run-state.ts";

/** Progress in SQLite is for the time when the cache is away; each write is a commit. */
const storeIntervalMs = 5000;
const reportIntervalMs = 500;

/** Tells what becomes of a download: the cache twice a second, the table seldom, the title once. */
export type ProgressTeller = {
  readonly story: DownloadStory;
  tell(event: Parameters<typeof follow>[1]): void;
  /** Progress of what is done with the files afterwards. */
  report(progress: LiveProgress): void;
  /** Waits for this, too, at the end. A download is not lost because something about it could not be written down. */
  note(write: Promise<unknown>): void;
  /** Forgets what was told: another run begins. */
  beginAnew(): void;
  /** Resolves when all of it is told. */
  end(): Promise<void>;
};

export function createProgressTeller(context: WorkerContext, lease: Lease): ProgressTeller {
  const { database, cache, logger, now } = context;
  const reporter = createProgressReporter(cache, lease.task.id, { intervalMs: reportIntervalMs, now });
  let story = untold;
  let storedAtMs = 0;
  const writes: Promise<void>[] = [];
  const note = (write: Promise<unknown>) => {
    const noted = write.then(
      () => undefined,
      (error: unknown) => {
        logger.warn({ err: error, task_id: lease.task.id }, "something about a download could not be written down");
      },
    );
    writes.push(noted);
  };
  const report = (progress: LiveProgress) => {
    reporter.report(progress);
    // Either way: a clock that was set back stands behind what it has shown.
    if (Math.abs(now() - storedAtMs) < storeIntervalMs) return;
    storedAtMs = now();
    note(noteProgress(database, lease, progress));
  };
  return {
    get story() {
      return story;
    },
    tell: (event) => {
      story = follow(story, event, now());
      if (event.kind === "video") {
        const { durationSeconds } = event;
        const duration = durationSeconds === undefined ? {} : { durationSeconds };
        note(noteMedia(database, lease, { ...titleOf(story), ...duration }));
      }
      if (story.progress !== undefined) report(story.progress);
    },
    report,
    note,
    beginAnew: () => {
      story = untold;
    },
    end: async () => {
      await Promise.all([...writes, reporter.flush()]);
    },
  };
}

export function titleOf(story: DownloadStory): { title?: string } {
  const title = story.video?.title;
  return title === undefined || title === "" ? {} : { title };
}
