import {
  countDeliveryAttempt,
  type DeliveryOutcome,
  type FileRow,
  filesOf,
  heldState,
  markSourceDeleted,
  releaseLease,
  settleDelivery,
  type StopReason,
  type Work,
} from "@dwld/queue";
import { retryTime } from "./delivery-schedule.ts";
import { DestinationError } from "./destination.ts";
import { remoteFolder } from "./remote-name.ts";
import type { SenderContext } from "./sender-context.ts";
import { SourceError } from "./source-file.ts";
import { type Report, startReporting } from "./upload-progress.ts";
import { uploadFile } from "./upload-file.ts";

/** What a run has to know of itself when it ends early. */
type Run = { work: Work; files: readonly FileRow[]; created: Set<string> };

/** Removing what a canceled run has made may take so long. */
const cleanUpTimeoutMs = 15_000;

/** Delivers all files of a claimed task, and settles it. */
export async function deliverTask(context: SenderContext, work: Work): Promise<void> {
  const { database } = context;
  const { lease, signal } = work;
  const { task } = lease;
  const run: Run = { work, files: filesOf(database, [task.seq]), created: new Set() };
  const report = startReporting(context, lease, totalSize(run.files));
  try {
    const uploaded = await uploadAll(context, run, report.progress);
    if (uploaded === "lost") await letGo(context, run, standing(context, work));
    else await settle(context, run, { outcome: "delivered" });
  } catch (error) {
    if (signal.aborted) await letGo(context, run, signal.reason as StopReason);
    else await settle(context, run, await judge(context, run, error));
  } finally {
    await report.end();
  }
}

/** In one session, which is given back before anything else is done. */
async function uploadAll(context: SenderContext, { work, files, created }: Run, report: Report["progress"]) {
  const { database, directory, destination, watch, now } = context;
  const { lease, signal } = work;
  const folder = remoteFolder(directory, lease.task.user_name, lease.task.folder);
  const session = await destination.connect(signal);
  try {
    watch.contacted();
    let doneBytes = 0;
    // The video is the largest; when it is there, all is there.
    for (const file of files.toSorted((a, b) => a.size_bytes - b.size_bytes)) {
      const onProgress = (sentBytes: number) => {
        report(doneBytes + sentBytes, `upload ${file.name}`);
      };
      const number = files.indexOf(file) + 1;
      const upload = { database, lease, destination, session, file, number, folder, now, onProgress, created };
      if ((await uploadFile(upload)) === "lost") return "lost";
      doneBytes += file.size_bytes;
    }
    return "delivered";
  } finally {
    session.release();
  }
}

function totalSize(files: readonly FileRow[]): number {
  return files.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
}

/** Who the task belongs to when a guarded write changed nothing: the runner's signal may come a moment later. */
function standing({ database }: SenderContext, { lease, signal }: Work): StopReason {
  if (signal.aborted) return signal.reason as StopReason;
  return heldState(database, lease.token) === "CANCELED" ? "canceled" : "lost";
}

/** What an error means for the task. @throws what is neither the server's nor the file's. */
async function judge(context: SenderContext, run: Run, error: unknown): Promise<DeliveryOutcome> {
  const { database, watch, giveUpAfterMs, now, random } = context;
  const { lease } = run.work;
  if (error instanceof SourceError) {
    await countDeliveryAttempt(database, lease);
    // So that a retry downloads it, and does not look for it again.
    if (error.problem === "missing") for (const file of run.files) await forgetIfMissing(context, file, error);
    return { outcome: "failed", failure: failureFacts(error), retryAt: null };
  }
  if (!(error instanceof DestinationError)) throw error;
  watch.failed(error);
  const { stage } = error;
  // Without a session nothing was tried.
  if (stage === "work") await countDeliveryAttempt(database, lease);
  const attempt = lease.task.delivery_attempt_count + 1;
  const readySince = lease.task.ready_at ?? lease.task.created_at;
  const retryAt = retryTime({ stage, attempt, readySince, giveUpAfterMs, now: now() }, random());
  return { outcome: "failed", failure: failureFacts(error), retryAt };
}

async function forgetIfMissing({ database }: SenderContext, file: FileRow, error: SourceError): Promise<void> {
  if (file.delivered_at === null && file.local_path === error.path) await markSourceDeleted(database, file);
}

export function failureFacts({ message, advice }: { message: string; advice: string }) {
  return { failureClass: "delivery", message, advice };
}

async function settle(context: SenderContext, run: Run, outcome: DeliveryOutcome): Promise<void> {
  const { database, watch, logger, now } = context;
  const { work } = run;
  const { task } = work.lease;
  if (outcome.outcome === "delivered") {
    watch.delivered();
    await countDeliveryAttempt(database, work.lease);
  }
  // Nobody comes back for it.
  if (outcome.outcome === "failed" && outcome.retryAt === null) await removeCreated(context, run);
  const settled = await settleDelivery(database, work.lease, outcome, now());
  if (settled === "lost") {
    await letGo(context, run, standing(context, work));
    return;
  }
  if (outcome.outcome === "delivered") logger.info({ task_id: task.id, files: run.files.length }, "delivered");
  else if (outcome.outcome === "failed")
    logger.warn({ task_id: task.id, ...outcome.failure, retryAt: outcome.retryAt }, "delivery failed");
}

/**
 * Ends the work without an outcome. Canceled: what this run has made on the server goes, and only then the lease. Shut
 * down: it stays for the next start. Lost: it is somebody else's now, here and on the server.
 */
async function letGo(context: SenderContext, run: Run, reason: StopReason): Promise<void> {
  const { database, now } = context;
  const { lease } = run.work;
  switch (reason) {
    case "canceled":
      await removeCreated(context, run);
      await releaseLease(database, lease);
      return;
    case "shutdown":
      if ((await settleDelivery(database, lease, { outcome: "interrupted" }, now())) === "settled") return;
      if (heldState(database, lease.token) === "CANCELED") await letGo(context, run, "canceled");
      return;
    case "lost":
      return;
  }
}

/** In a session of its own, since the one of the run was closed to end a transfer. */
async function removeCreated({ destination, logger }: SenderContext, { work, created }: Run): Promise<void> {
  if (created.size === 0) return;
  try {
    const session = await destination.connect(AbortSignal.timeout(cleanUpTimeoutMs));
    try {
      for (const path of created) await session.remove(path);
    } finally {
      session.release();
    }
  } catch (error) {
    const paths = [...created];
    logger.warn({ task_id: work.lease.task.id, paths, err: error }, "what was uploaded in part is left on the server");
  }
}
