import { createProgressReporter } from "@dwld/progress";
import {
  type AttemptRow,
  type DownloadedFile,
  type FailureFacts,
  type Lease,
  type MediaFacts,
  noteMedia,
  noteProcessGroup,
  noteProgress,
  parseOptions,
} from "@dwld/queue";
import { adviceFor } from "./failure/advice.ts";
import { classifyFailure } from "./failure/classify-failure.ts";
import type { FailureClass } from "./failure/failure-class.ts";
import { describeFiles, listFiles, OutsideHomeError } from "./folder/collect-files.ts";
import type { TaskFolder } from "./folder/task-folder.ts";
import { cacheFolder, emptyTaskFolder } from "./folder/task-folder.ts";
import { judgeMedia } from "./media/judge-media.ts";
import { judgeResolution, type Shortfall } from "./media/judge-resolution.ts";
import { probeMedia } from "./media/probe-media.ts";
import type { WorkerContext } from "./worker-context.ts";
import { downloadArguments } from "./ytdlp/arguments.ts";
import type { Capabilities } from "./ytdlp/capabilities.ts";
import { type DownloadStory, follow, untold } from "./ytdlp/follow-download.ts";
import { runYtdlp, type YtdlpRun } from "./ytdlp/run-ytdlp.ts";
import type { StagePlan } from "./stage/plan-attempt.ts";

/** What an attempt came to, with what is kept of it. */
export type FetchResult = {
  run: YtdlpRun;
  downloadedBytes: number;
} & (
  | {
      outcome: "succeeded";
      files: DownloadedFile[];
      media: MediaFacts;
      /** Present where the picture is smaller than what the site offered for the request. */
      shortfall?: Shortfall;
    }
  | { outcome: "failed"; failure: FailureFacts; failureClass: FailureClass; /** Named by the site. */ retryAtMs?: number }
);

/** Progress in SQLite is for the time when the cache is away; each write is a commit. */
const storeIntervalMs = 5000;
const reportIntervalMs = 500;
const maxTitleLength = 500;

/** One attempt: yt-dlp runs, and what arrived is checked. Interruptions are the caller's: see `signal`. */
export async function fetchVideo(
  context: WorkerContext,
  { lease, signal }: { lease: Lease; signal: AbortSignal },
  attempt: AttemptRow,
  plan: StagePlan,
  folder: TaskFolder,
  capabilities: Capabilities,
): Promise<FetchResult> {
  const { task } = lease;
  const options = parseOptions(task);
  const place = {
    home: folder.home,
    temp: folder.temp,
    cache: cacheFolder(context.configuration.worker.downloads),
    ...(plan.settings.cookies === undefined ? {} : { cookies: folder.cookies }),
  };
  const request = { link: task.link, targetQuality: task.target_quality, options };
  const teller = createTeller(context, lease);
  const writes: Promise<unknown>[] = [];
  const run = await runYtdlp(
    context,
    folder,
    plan.settings,
    (marker) => downloadArguments(request, plan.settings, place, capabilities, marker),
    signal,
    {
      event: (event) => {
        teller.tell(event);
      },
      leader: (leader) => {
        writes.push(noteProcessGroup(context.database, attempt, leader));
      },
    },
  );
  await Promise.all(writes);
  const story = await teller.end();
  const downloadedBytes = Math.max(story.finishedBytes, story.progress?.doneBytes ?? 0);
  const failed = (failureClass: FailureClass, message: string): FetchResult => ({
    run,
    downloadedBytes,
    outcome: "failed",
    failureClass,
    failure: { failureClass, message, advice: adviceFor(failureClass) },
  });
  if (run.stalled) return failed("network", "nothing came from the site for too long, so the download was broken off");
  if (run.exitCode !== 0 || story.paths.length === 0) {
    const { failureClass, line } = classifyFailure({ ...run, fileNamed: story.paths.length > 0 });
    return failed(failureClass, line);
  }
  try {
    const found = await listFiles(folder.home, story.paths);
    const streams = await probeMedia(found.main, signal);
    const video = { title: story.video?.title ?? "", id: story.video?.id ?? task.id };
    const files = await describeFiles(found, video, signal);
    const sizeBytes = files.find(({ localPath }) => localPath === found.main)?.sizeBytes ?? 0;
    const announcedSeconds = story.video?.durationSeconds;
    const verdict = judgeMedia(streams, sizeBytes, {
      audioOnly: options.audioOnly,
      ...(announcedSeconds === undefined ? {} : { announcedSeconds }),
    });
    if (!verdict.fits) {
      // yt-dlp would take what lies there for a finished download.
      await emptyTaskFolder(folder);
      return failed(verdict.failureClass, verdict.reason);
    }
    const shortfall = judgeResolution(streams ?? {}, story.video?.offered ?? [], task.target_quality);
    const media = { ...titleOf(story), ...streams };
    return { run, downloadedBytes, outcome: "succeeded", files, media, ...(shortfall && { shortfall }) };
  } catch (error) {
    if (error instanceof OutsideHomeError) return failed("unknown", error.message);
    throw error;
  }
}

function titleOf(story: DownloadStory): { title?: string } {
  const title = story.video?.title;
  return title === undefined || title === "" ? {} : { title: title.slice(0, maxTitleLength) };
}

/** Turns events into what is shown: the cache twice a second, the table seldom, the title once. */
function createTeller(context: WorkerContext, lease: Lease) {
  const { database, cache, now } = context;
  const reporter = createProgressReporter(cache, lease.task.id, { intervalMs: reportIntervalMs, now });
  let story = untold;
  let storedAtMs = 0;
  const writes: Promise<unknown>[] = [];
  return {
    tell: (event: Parameters<typeof follow>[1]) => {
      story = follow(story, event, now());
      if (event.kind === "video") {
        const { durationSeconds } = event;
        const duration = durationSeconds === undefined ? {} : { durationSeconds };
        writes.push(noteMedia(database, lease, { ...titleOf(story), ...duration }));
      }
      if (story.progress === undefined) return;
      reporter.report(story.progress);
      if (now() - storedAtMs < storeIntervalMs) return;
      storedAtMs = now();
      writes.push(noteProgress(database, lease, story.progress));
    },
    end: async (): Promise<DownloadStory> => {
      await Promise.all([...writes, reporter.flush()]);
      return story;
    },
  };
}
