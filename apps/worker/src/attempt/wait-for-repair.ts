import type { Configuration } from "@dwld/daemon";
import { type DownloadOutcome, downloadBounds, type FailureFacts, type TaskRow } from "@dwld/queue";
import { hourMs, minuteMs } from "@dwld/timing";

const shortestPauseMs = minuteMs;
const longestPauseMs = hourMs;

/**
 * Returns the outcome that lets a task wait until somebody has repaired this machine. It costs no attempt. The next try is
 * after as long as the trouble has lasted already, between 1 min and 1 h, and the last one when the task's time
 * (`maxTotalHours`) is over.
 */
export function waitForRepair(
  configuration: Pick<Configuration, "sites" | "defaultSite">,
  task: Pick<TaskRow, "site" | "attempt_count" | "tried_since">,
  failure: FailureFacts,
  nowMs: number,
): DownloadOutcome {
  const triedSince = task.tried_since ?? nowMs;
  const { giveUpAtMs = Infinity } = downloadBounds({ ...task, tried_since: triedSince }, configuration);
  if (nowMs >= giveUpAtMs) return { outcome: "failed", failure, retryAt: null };
  const pauseMs = Math.min(Math.max(nowMs - triedSince, shortestPauseMs), longestPauseMs);
  return { outcome: "failed", failure, retryAt: Math.min(nowMs + pauseMs, giveUpAtMs), triedSince };
}
