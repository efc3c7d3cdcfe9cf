import { posix } from "node:path";
import {
  deliveryDeadline,
  type DeliveryOutcome,
  type FileRow,
  filesOf,
  forgetPart,
  type Handler,
  type Lease,
  logFacts,
  type Texts,
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

/** Delivers claimed tasks to the server. */
export function createDeliveryHandler(context: DeliveryContext): Handler<"delivery"> {
  const { logger } = context;
  const runs = new WeakMap<Lease, Run>();
  return {
    run: async (work) => {
      const run: Run = {
        work,
        files: filesOf(context.database, [work.lease.task.seq]),
        created: new Set(),
        deleted: [],
      };
      runs.set(work.lease, run);
      return { ...(await deliver(context, run)), sourcesDeleted: run.deleted };
    },
    settled: async ({ lease }, outcome) => {
      const { task } = lease;
      if (outcome.outcome === "delivered")
        logger.info({ ...logFacts(task), title: task.title, files: runs.get(lease)?.files.length }, "delivered");
      else if (outcome.outcome === "failed")
        logger.warn(
          { ...logFacts(task), title: task.title, ...outcome.failure, retry_at: outcome.retryAt },
          "delivery failed",
        );
    },
    discard: async ({ lease }, why) => {
      const run = runs.get(lease);
      if (why === "canceled" && run !== undefined) await removeCreated(context, run);
    },
  };
}

async function deliver(context: DeliveryContext, run: Run): Promise<DeliveryOutcome> {
  const { work } = run;
  const report = startReporting(context, work.lease, totalSize(run.files));
  try {
    const uploaded = await uploadTask(context, run, report.progress);
    if (uploaded === "lost") return { outcome: "interrupted" };
    context.watch.delivered();
    return { outcome: "delivered", ...remarkOf(context, run) };
  } catch (error) {
    if (work.signal.aborted) return { outcome: "interrupted" };
    const outcome = failedOutcome(context, run, error);
    // Nobody comes back for it.
    if (outcome.retryAt === null) await removeCreated(context, run);
    return outcome;
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

type FailedOutcome = Extract<DeliveryOutcome, { outcome: "failed" }>;

/** @throws what is neither the server's nor the file's. */
function failedOutcome(context: DeliveryContext, run: Run, error: unknown): FailedOutcome {
  const { watch, giveUpAfterMs, now, random } = context;
  const { task } = run.work.lease;
  if (error instanceof SourceError) {
    const missing = run.files.filter((file) => error.problem === "missing" && file.local_path === error.path);
    const elsewhere = missing.find(({ host }) => host !== context.host);
    if (elsewhere !== undefined) return putOff(context, run, elsewhere);
    // So that a retry downloads it, and does not look for it again.
    run.deleted.push(...missing.filter(({ delivered_at }) => delivered_at === null));
    return { outcome: "failed", failure: failureFacts(error), retryAt: null, counts: true };
  }
  if (!(error instanceof DestinationError)) throw error;
  const pauseMs = watch.failed(error);
  const { stage, kind } = error;
  const serverPauseMs = concernsServer(error) ? pauseMs : undefined;
  const attempt = task.delivery_attempt_count + 1;
  const deadline = deliveryDeadline(task, giveUpAfterMs);
  const retryAt = retryTime({ stage, kind, serverPauseMs, attempt, deadline, now: now() }, random());
  // What any other would have met is no attempt of this one.
  return { outcome: "failed", failure: failureFacts(error), retryAt, counts: !concernsServer(error) };
}

/** Its sender is away, and another machine, this one, was given the task. */
function putOff(context: DeliveryContext, run: Run, file: FileRow): FailedOutcome {
  const { task } = run.work.lease;
  const deadline = deliveryDeadline(task, context.giveUpAfterMs);
  const attempt = task.delivery_attempt_count + 1;
  const now = context.now();
  const retryAt = retryTime({ stage: "work", kind: "unknown", attempt, deadline, now }, context.random());
  return { outcome: "failed", failure: elsewhereFacts(file), retryAt, counts: true };
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
