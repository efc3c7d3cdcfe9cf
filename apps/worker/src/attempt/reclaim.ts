import {
  attemptsOf,
  type Database,
  type DownloadOutcome,
  endAttempt,
  forgetInterruptions,
  type Lease,
  type ProcessIdentity,
} from "@dwld/queue";
import { bytesIn } from "../disk/folder-bytes.ts";
import { killProcessGroup } from "../process/process-group.ts";
import type { Workdir } from "../workdir/workdir.ts";

/** Crashes of owners in a row without progress after which a task counts as a poison task. */
const maxCrashes = 5;

/**
 * Kills the runs that crashed owners left behind, before anything is written to the task's folder. Returns the failure of
 * a poison task: one that crashed `maxCrashes` owners in a row without progress. Undefined if the task may go on.
 */
export async function reclaimTask(
  { database, now }: { database: Database; now: () => number },
  lease: Lease,
  workdir: Workdir,
): Promise<DownloadOutcome | undefined> {
  const { task } = lease;
  const attempts = await attemptsOf(database, task.seq);
  // An ended attempt still has a group on record only if its worker broke.
  for (const { process_group: group } of attempts)
    if (group !== null) await killProcessGroup(JSON.parse(group) as ProcessIdentity);
  // Includes earlier rounds: a task whose owner crashed may have been canceled and retried since.
  const orphaned = attempts.filter(({ ended_at }) => ended_at === null);
  if (orphaned.length > 0) {
    const downloadedBytes = await bytesIn([workdir.home, workdir.temp]);
    const result = { outcome: "interrupted", downloadedBytes, stderrTail: "" } as const;
    for (const attempt of orphaned) await endAttempt(database, lease, attempt, result, now());
    const before = attempts.filter(({ round }) => round === task.round).map(({ downloaded_bytes }) => downloaded_bytes);
    if (downloadedBytes > Math.max(0, ...before)) {
      await forgetInterruptions(database, lease);
      return undefined;
    }
  }
  return task.interruption_count < maxCrashes ? undefined : poisonTask(task.interruption_count);
}

function poisonTask(crashes: number): DownloadOutcome {
  return {
    outcome: "failed",
    failure: {
      failureClass: "unknown",
      message: `the worker died ${crashes} times in a row while it had this task, which got no further`,
      advice: {
        en: "The journal of the worker says how it ended: out of memory, perhaps. A retry starts the task again.",
        ru: "Почему завершился worker, видно в его журнале: возможно, не хватило памяти. Задачу можно запустить снова.",
      },
    },
    retryAt: null,
  };
}
