import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import type { Logger } from "@dwld/daemon";
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
  type Handler,
  type Lease,
  logFacts,
  noteLocalPath,
  startRunner,
  type TaskRow,
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
    handler: createKeepHandler({ database, logger, downloads, host: hostname(), now: Date.now }),
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

type KeepContext = { database: Database; logger: Logger; downloads: string; host: string; now: () => number };

/** Moves a task's files to `<downloads>/<user name>/<folder>/`, and ends it there. */
export function createKeepHandler(context: KeepContext): Handler<"delivery"> {
  const { database, logger } = context;
  const moved = new WeakMap<Lease, string[]>();
  return {
    run: async ({ lease }) => {
      const paths: string[] = [];
      moved.set(lease, paths);
      return await keepFiles(context, lease, paths);
    },
    settled: async ({ lease }, { outcome }) => {
      logger.info({ ...logFacts(lease.task), outcome }, "kept here, since delivery is off");
    },
    discard: async ({ lease }, why) => {
      if (why === "canceled") for (const path of moved.get(lease) ?? []) await rm(path, { force: true });
    },
  };

  async function keepFiles({ downloads }: KeepContext, lease: Lease, paths: string[]): Promise<DeliveryOutcome> {
    const { task } = lease;
    try {
      const folder = await makeFolder(downloads, `${task.user_name}/${task.folder}`);
      for (const file of filesOf(database, [task.seq])) {
        if (file.delivered_at !== null || file.local_path === null) continue;
        const path = await place(folder, file, task.id);
        paths.push(path);
        await noteLocalPath(database, file, path);
        if (path !== file.local_path) await rm(file.local_path, { force: true });
      }
      return { outcome: "kept", ...(folder.remark === undefined ? {} : { remark: folder.remark }) };
    } catch (error) {
      return failureOf(context, lease, error);
    }
  }
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
function failureOf({ database, host, now }: KeepContext, { task }: Lease, error: unknown): DeliveryOutcome {
  const at = now();
  if (error instanceof FolderError) {
    const { message, advice } = error;
    const failure = { failureClass: "delivery", message, advice };
    return { outcome: "failed", failure, retryAt: at + pauseMs(task, at), counts: false };
  }
  if (!(error instanceof SourceError)) throw error;
  const gone = { outcome: "failed", failure: failureFacts(error), retryAt: null, counts: false } as const;
  if (error.problem !== "missing") return gone;
  const file = filesOf(database, [task.seq]).find(({ local_path }) => local_path === error.path);
  if (file !== undefined && file.host !== host)
    return { outcome: "failed", failure: elsewhereFacts(file), retryAt: at + elsewhereRetryMs, counts: false };
  return { ...gone, sourcesDeleted: file === undefined ? [] : [file] };
}

/** The operator has to mend the folder, however long it takes: the next look is after as long as it has lasted. */
function pauseMs({ ready_at, created_at }: TaskRow, now: number): number {
  return Math.min(Math.max(now - (ready_at ?? created_at), elsewhereRetryMs), longestPauseMs);
}
