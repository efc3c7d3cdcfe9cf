import { rm } from "node:fs/promises";
import { type DownloadOutcome, type DownloadStopReason, type DownloadWork, type Handler, logFacts } from "@dwld/queue";
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

/** Downloads claimed tasks. */
export function createDownloadHandler(context: WorkerContext): Handler<"download"> {
  const { configuration, cache, logger } = context;
  const folderOf = ({ lease }: DownloadWork) => taskFolder(configuration.worker.downloads, lease.task.id);
  return {
    run: async (work) => {
      const { lease, signal } = work;
      const folder = folderOf(work);
      const giveRoomBack = context.space.hold(lease.task);
      try {
        return (await endPredecessors(context, work, folder)) ?? (await outcomeOf(context, work, folder));
      } finally {
        giveRoomBack();
        if (signal.aborted)
          logger.info({ ...logFacts(lease.task), reason: signal.reason as DownloadStopReason }, "download stopped");
      }
    },
    settled: async (work, outcome) => {
      const { task } = work.lease;
      logger.info({ ...logFacts(task), ...endFacts(outcome), title: task.title }, "download ended");
      await cache.remove(task.id);
      const finished = outcome.outcome === "expanded" || isKept(outcome);
      const failed = outcome.outcome === "failed" && outcome.retryAt === null;
      if (finished || failed) await rm(folderOf(work).root, { recursive: true, force: true });
    },
    discard: async (work, why, outcome) => {
      // The files in the operator's folder belong to no other process, also if the task now does.
      if (outcome !== undefined && isKept(outcome)) await removeKept(outcome.files);
      if (why === "lost") return;
      await rm(folderOf(work).root, { recursive: true, force: true });
      await cache.remove(work.lease.task.id);
    },
  };
}

/** Returns whether the files stay on this machine, since delivery is off. */
function isKept(outcome: DownloadOutcome): outcome is Extract<DownloadOutcome, { outcome: "downloaded" }> {
  return outcome.outcome === "downloaded" && !outcome.deliver;
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
