import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import {
  type Delivery,
  type DeliveryParts,
  elsewhereFacts,
  explainOpenError,
  failureFacts,
  FolderError,
  type MadeFolder,
  makeFolder,
  placeFile,
  SourceError,
} from "@dwld/delivery";
import {
  type Database,
  deliveryBounds,
  type DeliveryOutcome,
  type FileRow,
  filesOf,
  heldState,
  type Lease,
  logFacts,
  markSourceDeleted,
  noteLocalPath,
  releaseLease,
  settleDelivery,
  type Settled,
  startRunner,
  type TaskRow,
  type Work,
} from "@dwld/queue";

/**
 * Delivery is off: what was downloaded for the server before is moved out of dwld's own folder, which is emptied behind
 * tasks that are done, to where the worker puts what it downloads now.
 */
export function startKeeping({ database, presence, logger, onError }: DeliveryParts, downloads: string): Delivery {
  logger.info({ downloads }, "delivery is off: files stay in the download folder");
  const runner = startRunner({
    ...{ database, presence, onError },
    kind: "delivery",
    parallel: 1,
    defaultSiteParallel: 1,
    boundsOf: (task) => deliveryBounds(task, giveUpAfterMs),
    handle: async (work) => {
      const settled = await keepTask(database, work, { downloads, host: hostname() }, Date.now());
      logger.info({ ...logFacts(work.lease.task), settled }, "kept here, since delivery is off");
    },
  });
  return {
    wake: () => {
      runner.wake();
    },
    check: () => ({ ok: true, detail: "delivery is off" }),
    stop: (killing) => runner.stop(killing),
  };
}

/** A task that dwld itself cannot keep is given up after 72 h, as is by default one that a server does not take. */
const giveUpAfterMs = 72 * 3_600_000;

/** Between two looks for what another machine has. */
const elsewhereRetryMs = 60_000;
const longestPauseMs = 60 * 60_000;

/** Moves a task's files to `<downloads>/<user name>/<folder>/`, and ends it there. */
export async function keepTask(
  database: Database,
  { lease }: Work,
  { downloads, host }: { downloads: string; host: string },
  now: number,
): Promise<Settled> {
  const { task } = lease;
  const moved: string[] = [];
  let remark: MadeFolder["remark"];
  try {
    const folder = await makeFolder(downloads, `${task.user_name}/${task.folder}`);
    ({ remark } = folder);
    for (const file of filesOf(database, [task.seq])) {
      if (file.delivered_at !== null || file.local_path === null) continue;
      const path = await place(folder, file, task.id);
      moved.push(path);
      await noteLocalPath(database, file, path);
      if (path !== file.local_path) await rm(file.local_path, { force: true });
    }
  } catch (error) {
    return await settleDelivery(database, lease, await failureOf(database, lease, error, { host, now }), now);
  }
  const settled = await settleDelivery(
    database,
    lease,
    { outcome: "kept", ...(remark === undefined ? {} : { remark }) },
    now,
  );
  if (settled === "lost" && heldState(database, lease.token) === "CANCELED") {
    for (const path of moved) await rm(path, { force: true });
    await releaseLease(database, lease);
  }
  return settled;
}

/** @throws SourceError, FolderError */
async function place(folder: MadeFolder, file: FileRow, taskId: string): Promise<string> {
  const from = file.local_path ?? "";
  try {
    return (await placeFile(folder, { name: file.name, path: from }, taskId)).path;
  } catch (error) {
    throw error instanceof FolderError ? error : explainOpenError(error, from);
  }
}

/** @throws what is neither the folder's nor the file's. */
async function failureOf(
  database: Database,
  { task }: Lease,
  error: unknown,
  { host, now }: { host: string; now: number },
): Promise<DeliveryOutcome> {
  if (error instanceof FolderError) {
    const { message, advice } = error;
    const failure = { failureClass: "delivery", message, advice };
    return { outcome: "failed", failure, retryAt: now + pauseMs(task, now) };
  }
  if (!(error instanceof SourceError)) throw error;
  if (error.problem !== "missing") return { outcome: "failed", failure: failureFacts(error), retryAt: null };
  const file = filesOf(database, [task.seq]).find(({ local_path }) => local_path === error.path);
  if (file !== undefined && file.host !== host)
    return { outcome: "failed", failure: elsewhereFacts(file), retryAt: now + elsewhereRetryMs };
  if (file !== undefined) await markSourceDeleted(database, file);
  return { outcome: "failed", failure: failureFacts(error), retryAt: null };
}

/** The operator has to mend the folder, however long it takes: the next look is after as long as it has lasted. */
function pauseMs({ ready_at, created_at }: TaskRow, now: number): number {
  return Math.min(Math.max(now - (ready_at ?? created_at), elsewhereRetryMs), longestPauseMs);
}
