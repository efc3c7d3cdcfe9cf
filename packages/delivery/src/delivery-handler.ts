import { posix } from "node:path";
import {
  countDeliveryAttempt,
  deliveryDeadline,
  type DeliveryOutcome,
  type FileRow,
  filesOf,
  forgetPart,
  heldState,
  logFacts,
  markSourceDeleted,
  releaseLease,
  settleDelivery,
  type StopReason,
  type Texts,
  type Work,
} from "@dwld/queue";
import { retryTime } from "./delivery-schedule.ts";
import { concernsServer, DestinationError } from "./destination/destination.ts";
import { elsewhereFacts, failureFacts } from "./failure-facts.ts";
import { leftAsItWas } from "./deliver/reserve-name.ts";
import type { DeliveryContext } from "./delivery-context.ts";
import { SourceError } from "./source/source-file.ts";
import { startReporting } from "./delivery-progress.ts";
import { type Run, uploadTask } from "./deliver/deliver.ts";

/** Removing what a canceled run has made may take so long. */
const cleanUpTimeoutMs = 15_000;

/** Delivers all files of a claimed task, and settles it. */
export async function deliverTask(context: DeliveryContext, work: Work): Promise<void> {
  const { database } = context;
  const { lease, signal } = work;
  const { task } = lease;
  const run: Run = { work, files: filesOf(database, [task.seq]), created: new Set(), deleted: [] };
  const report = startReporting(context, lease, totalSize(run.files));
  try {
    const uploaded = await uploadTask(context, run, report.progress);
    if (uploaded === "lost") await letGo(context, run, standing(context, work));
    else await settle(context, run, { outcome: "delivered", ...remarkOf(context, run) }, true);
  } catch (error) {
    if (signal.aborted) await letGo(context, run, signal.reason as StopReason);
    else await settleFailure(context, run, error);
  } finally {
    await report.end();
  }
}

function totalSize(files: readonly FileRow[]): number {
  return files.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
}

/** That something was there already and stays, said to a person. */
function remarkOf({ database }: DeliveryContext, { work }: Run): { remark?: Texts } {
  const files = filesOf(database, [work.lease.task.seq]).filter((file) => file.verified_by === leftAsItWas);
  const names = files.map(({ name, remote_path }) => posix.basename(remote_path ?? name));
  if (names.length === 0) return {};
  const [shown, more] = [names.slice(0, 3).join(", "), names.length - 3];
  const [was, it] = names.length === 1 ? ["was", "it was"] : ["were", "they were"];
  const en = `${shown}${more > 0 ? ` and ${more} more` : ""} ${was} there already and ${was} left as ${it}.`;
  const ru = `На сервере уже есть и оставлено без изменений: ${shown}${more > 0 ? ` и ещё ${more}` : ""}.`;
  return { remark: { en, ru } };
}

/** Who the task belongs to when a guarded write changed nothing: the runner's signal may come a moment later. */
function standing({ database }: DeliveryContext, { lease, signal }: Work): StopReason {
  if (signal.aborted) return signal.reason as StopReason;
  return heldState(database, lease.token) === "CANCELED" ? "canceled" : "lost";
}

/** @throws what is neither the server's nor the file's. */
async function settleFailure(context: DeliveryContext, run: Run, error: unknown): Promise<void> {
  const { watch, giveUpAfterMs, now, random } = context;
  const { task } = run.work.lease;
  if (error instanceof SourceError) {
    const missing = run.files.filter((file) => error.problem === "missing" && file.local_path === error.path);
    const elsewhere = missing.find(({ host }) => host !== context.host);
    if (elsewhere !== undefined) await putOff(context, run, elsewhere);
    else {
      // So that a retry downloads it, and does not look for it again.
      run.deleted.push(...missing.filter(({ delivered_at }) => delivered_at === null));
      await settle(context, run, { outcome: "failed", failure: failureFacts(error), retryAt: null }, true);
    }
    return;
  }
  if (!(error instanceof DestinationError)) throw error;
  const pauseMs = watch.failed(error);
  const { stage, kind } = error;
  const serverPauseMs = concernsServer(error) ? pauseMs : undefined;
  const attempt = task.delivery_attempt_count + 1;
  const deadline = deliveryDeadline(task, giveUpAfterMs);
  const retryAt = retryTime({ stage, kind, serverPauseMs, attempt, deadline, now: now() }, random());
  // What any other would have met is no attempt of this one.
  await settle(context, run, { outcome: "failed", failure: failureFacts(error), retryAt }, !concernsServer(error));
}

/** Its sender is away, and another machine, this one, was given the task. */
async function putOff(context: DeliveryContext, run: Run, file: FileRow): Promise<void> {
  const { task } = run.work.lease;
  const deadline = deliveryDeadline(task, context.giveUpAfterMs);
  const attempt = task.delivery_attempt_count + 1;
  const now = context.now();
  const retryAt = retryTime({ stage: "work", kind: "unknown", attempt, deadline, now }, context.random());
  const failure = elsewhereFacts(file);
  await settle(context, run, { outcome: "failed", failure, retryAt }, true);
}

/** @param tried whether it counts as an attempt. */
async function settle(context: DeliveryContext, run: Run, outcome: DeliveryOutcome, tried: boolean): Promise<void> {
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
  if (outcome.outcome === "delivered")
    logger.info({ ...logFacts(task), title: task.title, files: run.files.length }, "delivered");
  else if (outcome.outcome === "failed")
    logger.warn(
      { ...logFacts(task), title: task.title, ...outcome.failure, retry_at: outcome.retryAt },
      "delivery failed",
    );
}

/** All that a run has to record. What is asked for in one turn is one commit, in this order. */
async function commit({ database, now }: DeliveryContext, run: Run, outcome: DeliveryOutcome, tried: boolean) {
  const { lease } = run.work;
  const records = recordDeleted(database, run);
  if (tried) records.push(countDeliveryAttempt(database, lease));
  const settling = settleDelivery(database, lease, outcome, now());
  await Promise.all([...records, settling]);
  return await settling;
}

function recordDeleted(database: DeliveryContext["database"], run: Run): Promise<void>[] {
  return run.deleted.splice(0).map((file) => markSourceDeleted(database, file));
}

/**
 * Ends the work without an outcome. Canceled: what this run has made on the server goes, and only then the lease. Shut
 * down: it stays for the next start. Lost: it is somebody else's now, here and on the server.
 */
async function letGo(context: DeliveryContext, run: Run, reason: StopReason): Promise<void> {
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
async function removeCreated(
  { database, destination, logger }: DeliveryContext,
  { work, created }: Run,
): Promise<void> {
  if (created.size === 0) return;
  try {
    const session = await destination.connect(AbortSignal.timeout(cleanUpTimeoutMs));
    try {
      for (const path of created) {
        await session.remove(path);
        await forgetPart(database, { destination: destination.name, path });
      }
    } finally {
      session.release();
    }
  } catch (error) {
    const paths = [...created];
    logger.warn({ task_id: work.lease.task.id, paths, err: error }, "what was uploaded in part is removed later");
  }
}
