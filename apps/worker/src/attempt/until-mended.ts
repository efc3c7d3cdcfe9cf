import { type DownloadOutcome, downloadBounds, type FailureFacts, type TaskRow } from "@dwld/queue";
import type { WorkerContext } from "../worker-context.ts";

const shortestPauseMs = 60_000;
const longestPauseMs = 60 * 60_000;

/**
 * The task waits until somebody has mended this machine. It costs no attempt; the next look is after as long as it has
 * lasted already, between 1 min and 1 h, and the last one when the task's time (`maxTotalHours`) is over.
 */
export function untilMended(
  { configuration, now }: Pick<WorkerContext, "configuration" | "now">,
  task: Pick<TaskRow, "site" | "attempt_count" | "tried_since">,
  failure: FailureFacts,
): DownloadOutcome {
  const nowMs = now();
  const triedSince = task.tried_since ?? nowMs;
  const { giveUpAtMs = Infinity } = downloadBounds({ ...task, tried_since: triedSince }, configuration);
  if (nowMs >= giveUpAtMs) return { outcome: "failed", failure, retryAt: null };
  const pauseMs = Math.min(Math.max(nowMs - triedSince, shortestPauseMs), longestPauseMs);
  return { outcome: "failed", failure, retryAt: Math.min(nowMs + pauseMs, giveUpAtMs), triedSince };
}
