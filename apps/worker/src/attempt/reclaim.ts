import {
  attemptsOf,
  type Database,
  type DownloadOutcome,
  endAttempt,
  forgetInterruptions,
  type Lease,
  type ProcessIdentity,
  type Texts,
} from "@dwld/queue";
import { bytesIn } from "../disk/folder-bytes.ts";
import { killProcessGroup } from "../process/process-group.ts";
import type { Workdir } from "../workdir/workdir.ts";

/** Crashes of owners in a row without progress after which a task counts as a poison task. */
const maxCrashes = 5;

/**
 * Kills the runs that crashed owners left behind, before anything is written to the task's folder. Those of another host
 * write to a folder of their own, and what they had loaded stays there. Returns the failure of a poison task: one that
 * crashed `maxCrashes` owners in a row without progress. Undefined if the task may go on.
 */
export async function reclaimTask(
  { database, host, now }: { database: Database; host: string; now: () => number },
  lease: Lease,
  workdir: Workdir,
): Promise<DownloadOutcome | undefined> {
  const { task } = lease;
  const attempts = await attemptsOf(database, task.seq);
  // An ended attempt still has a group on record only if its worker broke.
  for (const { host: place, process_group: group } of attempts)
    if (group !== null && isHere(place, host)) await killProcessGroup(JSON.parse(group) as ProcessIdentity);
  // Includes earlier rounds: a task whose owner crashed may have been canceled and retried since.
  const orphaned = attempts.filter(({ ended_at }) => ended_at === null);
  if (orphaned.length > 0) {
    const downloadedBytes = await bytesIn([workdir.home, workdir.temp]);
    for (const attempt of orphaned) {
      const left = isHere(attempt.host, host) ? { downloadedBytes } : { downloadedBytes: 0, remark: leftBehind };
      const result = { outcome: "interrupted", stderrTail: "", ...left } as const;
      await endAttempt(database, lease, { row: attempt, result }, now());
    }
    const before = attempts.filter(({ round }) => round === task.round).map(({ downloaded_bytes }) => downloaded_bytes);
    if (downloadedBytes > Math.max(0, ...before)) {
      await forgetInterruptions(database, lease);
      return undefined;
    }
  }
  return task.interruption_count < maxCrashes ? undefined : poisonTask(task.interruption_count);
}

/** An attempt from before hosts had names was made here. */
function isHere(place: string, host: string): boolean {
  return place === host || place === "";
}

/** The remark on an attempt that another host began. */
const leftBehind: Texts = {
  en: "the machine that had begun it is away: another one begins anew",
  ru: "машина, которая начала загрузку, пропала: другая начинает заново",
};

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
