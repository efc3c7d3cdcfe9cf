import { type DownloadOutcome, type DownloadStopReason, type DownloadWork, type Handler, logFacts } from "@dwld/queue";
import { removeTree } from "../workdir/remove-tree.ts";
import { workdirOf } from "../workdir/workdir.ts";
import { attemptDownload, type AttemptParts } from "./attempt.ts";

/** Downloads claimed tasks, an attempt for each claim, which keeps the settings that `parts` have when it begins. */
export function createDownloadHandler(parts: AttemptParts): Handler<"download"> {
  const { cache, ownFolder, logger } = parts;
  const removeWorkdir = async ({ lease }: DownloadWork): Promise<void> => {
    await removeTree(workdirOf(ownFolder, lease.task.id).root);
  };
  return {
    run: async (work) => {
      const { signal, lease } = work;
      try {
        return await attemptDownload({ ...parts }, work);
      } finally {
        if (signal.aborted)
          logger.info({ ...logFacts(lease.task), reason: signal.reason as DownloadStopReason }, "download stopped");
      }
    },
    settled: async (work, outcome) => {
      const { task } = work.lease;
      logger.info({ ...logFacts(task), ...endFacts(outcome), title: task.title }, "download ended");
      await cache.remove(task.id);
      const isFailed = outcome.outcome === "failed" && outcome.retryAt === null;
      if (outcome.outcome === "expanded" || isFailed) await removeWorkdir(work);
    },
    discard: async (work, why) => {
      if (why === "lost") return;
      await removeWorkdir(work);
      await cache.remove(work.lease.task.id);
    },
  };
}

/** Returns the facts of an outcome for the log. */
function endFacts(outcome: DownloadOutcome): Record<string, unknown> {
  if (outcome.outcome !== "failed") return { outcome: outcome.outcome };
  const { failure, retryAt, site } = outcome;
  return { outcome: "failed", ...failure, retry_at: retryAt, site_verdict: site?.verdict };
}
