import { link, mkdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { filesOf, noteLocalPath, releaseLease, settleDelivery, startRunner, type Work } from "@dwld/queue";
import { remoteName } from "./remote-name.ts";
import type { Sender, SenderParts } from "./send-tasks.ts";

/**
 * Delivery is off: what was downloaded for the server before is moved out of dwld's own folder, to where the worker
 * puts what it downloads now, and is done there.
 */
export function startKeeping({ database, presence, logger, onError }: SenderParts, downloads: string): Sender {
  logger.info({ downloads }, "delivery is off: files stay in the download folder");
  const runner = startRunner({
    ...{ database, presence, onError },
    kind: "delivery",
    parallel: 1,
    defaultSiteParallel: 1,
    handle: async ({ lease, signal }: Work) => {
      const { task } = lease;
      if (signal.aborted) return;
      const folder = join(downloads, task.user_name, task.folder);
      await mkdir(folder, { recursive: true });
      for (const file of filesOf(database, [task.seq])) {
        if (file.delivered_at !== null || file.local_path === null) continue;
        const path = await moveTo(folder, file.local_path, file.name, task.id);
        await noteLocalPath(database, file, path);
        if (path !== file.local_path) await unlink(file.local_path);
      }
      if ((await settleDelivery(database, lease, { outcome: "kept" }, Date.now())) === "lost")
        await releaseLease(database, lease);
      else logger.info({ task_id: task.id, folder }, "kept");
    },
  });
  return {
    wake: runner.wake,
    check: () => ({ ok: true, detail: "delivery is off" }),
    stop: runner.stop,
  };
}

/** A hard link fails where the name exists, which a rename does not: nothing of the operator's is overwritten. */
async function moveTo(folder: string, from: string, name: string, taskId: string): Promise<string> {
  for (let copy = 1; ; copy += 1) {
    const path = join(folder, remoteName(name, taskId, copy));
    try {
      await link(from, path);
    } catch (error) {
      if (!isExisting(error)) throw error;
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
