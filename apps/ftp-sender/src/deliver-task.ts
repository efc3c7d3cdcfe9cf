import {
  countDeliveryAttempt,
  deliveryDeadline,
  type DeliveryOutcome,
  type FailureFacts,
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
import { concernsServer, DestinationError } from "./destination.ts";
import { remoteFolder } from "./remote-name.ts";
import type { SenderContext } from "./sender-context.ts";
import { SourceError } from "./source-file.ts";
import { type Report, startReporting } from "./upload-progress.ts";
import { uploadFile } from "./upload-file.ts";

/** What a run has to know of itself when it ends early. */
type Run = {
  work: Work;
  files: readonly FileRow[];
  /** Paths on the server that hold no delivered copy. */
  created: Set<string>;
  /** Files whose sources are gone, which is not recorded yet. */
  deleted: FileRow[];
};

/** Removing what a canceled run has made may take so long. */
const cleanUpTimeoutMs = 15_000;

/** Delivers all files of a claimed task, and settles it. */
export async function deliverTask(context: SenderContext, work: Work): Promise<void> {
  const { database } = context;
  const { lease, signal } = work;
  const { task } = lease;
  const run: Run = { work, files: filesOf(database, [task.seq]), created: new Set(), deleted: [] };
  const report = startReporting(context, lease, totalSize(run.files));
  try {
    const uploaded = await uploadAll(context, run, report.progress);
    if (uploaded === "lost") await letGo(context, run, standing(context, work));
    else await settle(context, run, { outcome: "delivered" }, true);
  } catch (error) {
    if (signal.aborted) await letGo(context, run, signal.reason as StopReason);
    else await settleFailure(context, run, error);
  } finally {
    await report.end();
  }
}

/** In one session, which is given back before anything else is done. */
async function uploadAll(context: SenderContext, { work, files, created, deleted }: Run, report: Report["progress"]) {
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
      const upload = { database, lease, destination, session, file, number, folder, now, onProgress, created, deleted };
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

/** @throws what is neither the server's nor the file's. */
async function settleFailure(context: SenderContext, run: Run, error: unknown): Promise<void> {
  const { watch, giveUpAfterMs, now, random } = context;
  const { task } = run.work.lease;
  if (error instanceof SourceError) {
    // So that a retry downloads it, and does not look for it again.
    if (error.problem === "missing")
      run.deleted.push(...run.files.filter((file) => file.delivered_at === null && file.local_path === error.path));
    await settle(context, run, { outcome: "failed", failure: failureFacts(error), retryAt: null }, true);
    return;
  }
  if (!(error instanceof DestinationError)) throw error;
  const pauseMs = watch.failed(error);
  const { stage } = error;
  const serverPauseMs = concernsServer(error) ? pauseMs : undefined;
  const attempt = task.delivery_attempt_count + 1;
  const deadline = deliveryDeadline(task, giveUpAfterMs);
  const retryAt = retryTime({ stage, serverPauseMs, attempt, deadline, now: now() }, random());
  // What any other would have met is no attempt of this one.
  await settle(context, run, { outcome: "failed", failure: failureFacts(error), retryAt }, !concernsServer(error));
}

/** The English advice is for the operator, who has to mend it; the Russian sentence says whose matter it is. */
export function failureFacts(error: DestinationError | SourceError): FailureFacts {
  const { message, advice } = error;
  const adviceRu =
    error instanceof SourceError
      ? "Видео скачано, но на нашем диске с файлом что-то не так: оператору нужно это проверить."
      : "Видео скачано, но сервер, куда его отправляют, его не принял.";
  return { failureClass: "delivery", message, advice, adviceRu };
}

/** @param tried whether it counts as an attempt. */
async function settle(context: SenderContext, run: Run, outcome: DeliveryOutcome, tried: boolean): Promise<void> {
  const { watch, logger } = context;
  const { work } = run;
  const { task } = work.lease;
  if (outcome.outcome === "delivered") watch.delivered();
  // Nobody comes back for it.
  if (outcome.outcome === "failed" && outcome.retryAt === null) await removeCreated(context, run);
  if ((await commit(context, run, outcome, tried)) === "lost") {
    await letGo(context, run, standing(context, work));
    return;
  }
  if (outcome.outcome === "delivered") logger.info({ task_id: task.id, files: run.files.length }, "delivered");
  else if (outcome.outcome === "failed")
    logger.warn({ task_id: task.id, ...outcome.failure, retryAt: outcome.retryAt }, "delivery failed");
}

/** All that a run has to record. What is asked for in one turn is one commit, in this order. */
async function commit({ database, now }: SenderContext, run: Run, outcome: DeliveryOutcome, tried: boolean) {
  const { lease } = run.work;
  const records = recordDeleted(database, run);
  if (tried) records.push(countDeliveryAttempt(database, lease));
  const settling = settleDelivery(database, lease, outcome, now());
  await Promise.all([...records, settling]);
  return await settling;
}

function recordDeleted(database: SenderContext["database"], run: Run): Promise<void>[] {
  return run.deleted.splice(0).map((file) => markSourceDeleted(database, file));
}

/**
 * Ends the work without an outcome. Canceled: what this run has made on the server goes, and only then the lease. Shut
 * down: it stays for the next start. Lost: it is somebody else's now, here and on the server.
 */
async function letGo(context: SenderContext, run: Run, reason: StopReason): Promise<void> {
  const { database } = context;
  const { lease } = run.work;
  switch (reason) {
    case "canceled":
      await removeCreated(context, run);
      await Promise.all([...recordDeleted(database, run), releaseLease(database, lease)]);
      return;
    case "shutdown":
      if ((await commit(context, run, { outcome: "interrupted" }, false)) === "settled") return;
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
