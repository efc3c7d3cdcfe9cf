import { rm } from "node:fs/promises";
import {
  type DownloadOutcome,
  heldState,
  logFacts,
  releaseLease,
  settleDownload,
  type DownloadStopReason,
  type DownloadWork,
} from "@dwld/queue";
import { attemptDownload } from "./attempt.ts";
import { endPredecessors } from "./reclaim.ts";
import { failureFacts } from "../failure/failure-facts.ts";
import { bytesIn } from "../disk/folder-bytes.ts";
import { removeKept } from "../workdir/keep-files.ts";
import { keptResult } from "../workdir/stashed-result.ts";
import { taskFolder, type TaskFolder } from "../workdir/workdir.ts";
import { placeResult } from "./place-result.ts";
import { isFullError } from "../disk/disk-space.ts";
import { outOfRoom } from "./out-of-room.ts";
import { untilMended } from "./until-mended.ts";
import type { WorkerContext } from "../worker-context.ts";

/** A claimed task, until it is settled or let go. */
export async function downloadTask(context: WorkerContext, work: DownloadWork): Promise<void> {
  const { lease, signal } = work;
  const { task } = lease;
  const folder = taskFolder(context.configuration.worker.downloads, task.id);
  const log = context.logger.child(logFacts(task));
  const giveRoomBack = context.space.hold(task);
  try {
    const outcome = (await endPredecessors(context, work, folder)) ?? (await outcomeOf(context, work, folder));
    if (outcome !== undefined) {
      await settle(context, work, folder, outcome);
      log.info({ ...endFacts(outcome), title: task.title }, "download ended");
      return;
    }
  } catch (error) {
    // Work that was told to stop breaks wherever it stands.
    if (!signal.aborted) throw error;
  } finally {
    giveRoomBack();
  }
  log.info({ reason: signal.reason as DownloadStopReason }, "download stopped");
  await letGo(context, work, folder);
}

/** For the log. */
function endFacts(outcome: DownloadOutcome): Record<string, unknown> {
  if (outcome.outcome === "downloaded") return { outcome: outcome.deliver ? "downloaded" : "kept" };
  if (outcome.outcome !== "failed") return { outcome: outcome.outcome };
  const { failure, retryAt, site } = outcome;
  return { outcome: "failed", ...failure, retry_at: retryAt, site_verdict: site?.verdict };
}

/** Undefined where the signal ended it. */
async function outcomeOf(
  context: WorkerContext,
  work: DownloadWork,
  folder: TaskFolder,
): Promise<DownloadOutcome | undefined> {
  const { signal, lease } = work;
  if (signal.aborted) return undefined;
  const { task } = lease;
  const kept = await keptResult(folder);
  if (kept?.isWhole === true) return await placeResult(context, task, folder, kept);
  if (task.expected_bytes !== null) {
    const doneBytes = await bytesIn([folder.home, folder.temp]);
    context.space.expect(task.id, { totalBytes: task.expected_bytes, doneBytes });
    const shortage = await context.space.misfit(task.id);
    if (shortage !== undefined) return outOfRoom(shortage, context.now());
  }
  try {
    return await attemptDownload(context, work, folder);
  } catch (error) {
    if (signal.aborted || !isFullError(error)) throw error;
    const shortage = await context.space.afterFailure(task.id, false);
    const { message } = error;
    if (shortage !== undefined) return outOfRoom({ ...shortage, text: message }, context.now());
    // Another disk, or a quota: nobody tells when there is room.
    return untilMended(context, task, failureFacts("disk_full", message));
  }
}

async function settle(
  context: WorkerContext,
  work: DownloadWork,
  folder: TaskFolder,
  outcome: DownloadOutcome,
): Promise<void> {
  const settled = await settleDownload(context.database, work.lease, outcome, context.now());
  await context.cache.remove(work.lease.task.id);
  const kept = outcome.outcome === "downloaded" && !outcome.deliver;
  if (settled === "lost") {
    // Canceled, or taken by another, at the last moment: what was put out for the operator goes.
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
 * and the task waits for the next worker; so it does for a while where it made room for another site. Lost: it is somebody else's now, files and all.
 */
async function letGo(context: WorkerContext, { lease, signal }: DownloadWork, folder: TaskFolder): Promise<void> {
  const { configuration, database, cache, now } = context;
  if (signal.reason === "shutdown" || signal.reason === "yield") {
    const backMs = configuration.worker.slowAfterSeconds * 1000;
    const retry = signal.reason === "yield" ? { retryAt: now() + backMs } : {};
    const settled = await settleDownload(database, lease, { outcome: "interrupted", ...retry }, now());
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
