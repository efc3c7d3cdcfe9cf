import { mkdir, rm } from "node:fs/promises";
import {
  attemptsOf,
  type DownloadOutcome,
  endAttempt,
  heldState,
  parseOptions,
  type ProcessIdentity,
  releaseLease,
  settleDownload,
  startAttempt,
  type StopReason,
  unendedAttempts,
  type Work,
} from "@dwld/queue";
import { adviceFor } from "./failure/advice.ts";
import { expandPlaylist } from "./expand-playlist.ts";
import { fetchVideo, type FetchResult } from "./fetch-video.ts";
import { keepFiles, removeKept } from "./folder/keep-files.ts";
import { cacheFolder, prepareTaskFolder, taskFolder, type TaskFolder } from "./folder/task-folder.ts";
import { planNext, stageNamed, type StagePlan } from "./stage/plan-attempt.ts";
import type { WorkerContext } from "./worker-context.ts";
import { endProcessGroup } from "./ytdlp/process-group.ts";

/** A task with which so many owners have died is their killer. */
const poisonousInterruptions = 5;

/** A claimed task, until it is settled or let go. */
export async function downloadTask(context: WorkerContext, work: Work): Promise<void> {
  const { lease, signal } = work;
  const { task } = lease;
  const folder = taskFolder(context.configuration.worker.downloads, task.id);
  const log = context.logger.child({ task_id: task.id, site: task.site });
  await endPredecessors(context, work);
  try {
    const outcome = signal.aborted ? undefined : await download(context, work, folder);
    if (outcome !== undefined) {
      await settle(context, work, folder, outcome);
      log.info({ outcome: outcome.outcome, ...("failure" in outcome ? outcome.failure : {}) }, "download ended");
      return;
    }
  } catch (error) {
    // Work that was told to stop breaks wherever it stands.
    if (!signal.aborted) throw error;
  }
  log.info({ reason: signal.reason as StopReason }, "download stopped");
  await letGo(context, work, folder);
}

/** Whatever a dead owner left running is ended before anything is written where it may write. */
async function endPredecessors(context: WorkerContext, { lease }: Work): Promise<void> {
  for (const attempt of unendedAttempts(context.database, lease.task.seq)) {
    if (attempt.process_group !== null) await endProcessGroup(JSON.parse(attempt.process_group) as ProcessIdentity);
    const result = { outcome: "interrupted", downloadedBytes: 0, stderrTail: "" } as const;
    await endAttempt(context.database, lease, attempt, result, context.now());
  }
}

/** Undefined where the signal ended it. */
async function download(context: WorkerContext, work: Work, folder: TaskFolder): Promise<DownloadOutcome | undefined> {
  const { database, configuration, now, random } = context;
  const { lease, signal } = work;
  const { task } = lease;
  if (task.interruption_count >= poisonousInterruptions)
    return {
      outcome: "failed",
      failure: {
        failureClass: "unknown",
        message: `the worker died ${task.interruption_count} times while it had this task`,
        advice: adviceFor("unknown"),
      },
      retryAt: null,
    };
  const choice = planNext(configuration, task, attemptsOf(database, task.seq), random());
  // A retry by hand starts a new round, so a history that ends a task was judged when the last attempt ended.
  if (choice.next === "end") throw new Error(`task ${task.id} was claimed with no stage left`);
  const plan = stageNamed(configuration, choice.stage);
  const capabilities = await context.capabilities();
  const options = parseOptions(task);
  await mkdir(cacheFolder(configuration.worker.downloads), { recursive: true });
  const fingerprint = { link: task.link, quality: task.target_quality, options, plan, version: capabilities.version };
  await prepareTaskFolder(folder, fingerprint, plan.settings.cookies);
  const attempt = await startAttempt(database, lease, { stage: plan.name, ytdlpVersion: capabilities.version }, now());
  if (attempt === undefined) return undefined;

  const fetch = options.playlist ? expandPlaylist : fetchVideo;
  const result = await fetch(context, work, attempt, plan, folder, capabilities);
  const interrupted = signal.aborted;
  await endAttempt(
    database,
    lease,
    attempt,
    {
      outcome: interrupted ? "interrupted" : result.outcome === "failed" ? "failed" : "succeeded",
      ...(result.outcome === "failed" && !interrupted ? { failure: result.failure } : {}),
      ...(result.run.exitCode === undefined ? {} : { exitCode: result.run.exitCode }),
      ...(result.run.signal === undefined ? {} : { signal: result.run.signal }),
      downloadedBytes: result.downloadedBytes,
      stderrTail: result.run.stderr.join("\n"),
    },
    now(),
  );
  return interrupted ? undefined : conclude(context, work, result, plan);
}

/** What an attempt's result means for the task. */
async function conclude(
  context: WorkerContext,
  { lease: { task } }: Work,
  result: FetchResult | Awaited<ReturnType<typeof expandPlaylist>>,
  plan: StagePlan,
): Promise<DownloadOutcome> {
  const { configuration, database, host, now, random } = context;
  switch (result.outcome) {
    case "expanded": {
      const { title, entries } = result;
      return { outcome: "expanded", title, entries, sites: configuration.sites };
    }
    case "succeeded": {
      const deliver = configuration.ftp !== undefined;
      const files = deliver ? result.files : await keepFiles(configuration.worker.downloads, task, result.files);
      return { outcome: "downloaded", files, media: result.media, host, deliver };
    }
    case "failed": {
      const choice = planNext(configuration, task, attemptsOf(database, task.seq), random());
      const retryAt = choice.next === "attempt" ? now() + choice.waitMs : null;
      context.logger.warn(
        { task_id: task.id, site: task.site, stage: plan.name, ...result.failure, next: choice },
        "attempt failed",
      );
      return { outcome: "failed", failure: result.failure, retryAt };
    }
  }
}

async function settle(context: WorkerContext, work: Work, folder: TaskFolder, outcome: DownloadOutcome): Promise<void> {
  const settled = await settleDownload(context.database, work.lease, outcome, context.now());
  await context.cache.remove(work.lease.task.id);
  const kept = outcome.outcome === "downloaded" && !outcome.deliver;
  if (settled === "lost") {
    // Canceled, or taken by another, at the last moment: what was moved out for the operator goes back.
    if (kept) await removeKept(outcome.files);
    await letGo(context, work, folder);
    return;
  }
  const finished = outcome.outcome === "expanded" || kept;
  const ended = outcome.outcome === "failed" && outcome.retryAt === null;
  if (finished || ended) await rm(folder.root, { recursive: true, force: true });
}

/**
 * Ends the work without an outcome. Canceled: nothing stays, and only then the lease goes. Shut down: the bytes stay,
 * and the task waits for the next worker. Lost: it is somebody else's now, files and all.
 */
async function letGo(context: WorkerContext, { lease, signal }: Work, folder: TaskFolder): Promise<void> {
  const { database, cache, now } = context;
  if (signal.reason === "shutdown") {
    const settled = await settleDownload(database, lease, { outcome: "interrupted" }, now());
    if (settled === "settled") return;
  }
  const canceled = holdsCanceled(context, lease.token);
  if (!canceled) return;
  await rm(folder.root, { recursive: true, force: true });
  await cache.remove(lease.task.id);
  await releaseLease(database, lease);
}

/** Whether the lease is still ours, of a task that was canceled: then its end is ours to confirm. */
function holdsCanceled({ database }: WorkerContext, token: string): boolean {
  return heldState(database, token) === "CANCELED";
}
