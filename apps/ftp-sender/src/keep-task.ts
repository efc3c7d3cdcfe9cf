import { link, mkdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import {
  type Database,
  filesOf,
  heldState,
  logFacts,
  markSourceDeleted,
  noteLocalPath,
  releaseLease,
  settleDelivery,
  type Settled,
  startRunner,
  type Work,
} from "@dwld/queue";
import { elsewhereFacts, failureFacts } from "./failure-facts.ts";
import { remoteName } from "./remote-name.ts";
import type { Sender, SenderParts } from "./send-tasks.ts";
import { explainOpenError, SourceError } from "./source-file.ts";

/**
 * Delivery is off: what was downloaded for the server before is moved out of dwld's own folder, which is emptied behind
 * tasks that are done, to where the worker puts what it downloads now.
 */
export function startKeeping({ database, presence, logger, onError }: SenderParts, downloads: string): Sender {
  logger.info({ downloads }, "delivery is off: files stay in the download folder");
  const runner = startRunner({
    ...{ database, presence, onError },
    kind: "delivery",
    parallel: 1,
    defaultSiteParallel: 1,
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

/** What another machine has is asked for so often. */
const elsewhereRetryMs = 60_000;

/** Moves a task's files to `<downloads>/<user name>/<folder>/`, and ends it there. */
export async function keepTask(
  database: Database,
  { lease }: Work,
  { downloads, host }: { downloads: string; host: string },
  now: number,
): Promise<Settled> {
  const { task } = lease;
  const folder = join(downloads, task.user_name, task.folder);
  await mkdir(folder, { recursive: true });
  const moved: string[] = [];
  for (const file of filesOf(database, [task.seq])) {
    if (file.delivered_at !== null || file.local_path === null) continue;
    try {
      const path = await linkInto(folder, file.local_path, file.name, task.id);
      moved.push(path);
      await noteLocalPath(database, file, path);
      if (path !== file.local_path) await rm(file.local_path, { force: true });
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      const isElsewhere = error.problem === "missing" && file.host !== host;
      if (error.problem === "missing" && !isElsewhere) await markSourceDeleted(database, file);
      const failure = isElsewhere ? elsewhereFacts(file) : failureFacts(error);
      const retryAt = isElsewhere ? now + elsewhereRetryMs : null;
      return await settleDelivery(database, lease, { outcome: "failed", failure, retryAt }, now);
    }
  }
  const settled = await settleDelivery(database, lease, { outcome: "kept" }, now);
  if (settled === "lost" && heldState(database, lease.token) === "CANCELED") {
    for (const path of moved) await rm(path, { force: true });
    await releaseLease(database, lease);
  }
  return settled;
}

/** A hard link fails where the name exists, which a rename does not: nothing of the operator's is overwritten. */
async function linkInto(folder: string, from: string, name: string, taskId: string): Promise<string> {
  for (let copy = 1; ; copy += 1) {
    const path = join(folder, remoteName(name, taskId, copy));
    try {
      await link(from, path);
    } catch (error) {
      if (!isExisting(error)) throw explainOpenError(error, from);
      // Linked already, by a run that ended there.
      if (!(await isSameFile(from, path))) continue;
    }
    return path;
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

async function isSameFile(path: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(path), stat(other)]);
  return a.ino === b.ino && a.dev === b.dev;
}
