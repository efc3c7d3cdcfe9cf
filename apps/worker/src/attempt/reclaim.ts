import {
  attemptsOf,
  type DownloadOutcome,
  type DownloadWork,
  endAttempt,
  forgetInterruptions,
  type ProcessIdentity,
} from "@dwld/queue";
import { bytesIn } from "../disk/folder-bytes.ts";
import type { TaskFolder } from "../workdir/workdir.ts";
import type { WorkerContext } from "../worker-context.ts";
import { endProcessGroup } from "../process/process-group.ts";

/** A task with which so many owners in a row have died, and that got no further meanwhile, is their killer. */
const deadlyDeaths = 5;

/**
 * Whatever a dead owner left running is ended before anything is written where it may write. An outcome where the task
 * has killed too many of them; one that got further each time, however little, comes to its end.
 */
export async function endPredecessors(
  { database, now }: WorkerContext,
  { lease }: DownloadWork,
  folder: TaskFolder,
): Promise<DownloadOutcome | undefined> {
  const { task } = lease;
  const attempts = attemptsOf(database, task.seq);
  // Also of an earlier round: who died with it may have been canceled meanwhile, and the task begun anew.
  const unended = attempts.filter(({ ended_at }) => ended_at === null);
  // Of one that has ended only where its worker broke.
  for (const { process_group: group } of attempts)
    if (group !== null) await endProcessGroup(JSON.parse(group) as ProcessIdentity);
  if (unended.length > 0) {
    const downloadedBytes = await bytesIn([folder.home, folder.temp]);
    const result = { outcome: "interrupted", downloadedBytes, stderrTail: "" } as const;
    for (const attempt of unended) await endAttempt(database, lease, attempt, result, now());
    const before = attempts.filter(({ round }) => round === task.round).map(({ downloaded_bytes }) => downloaded_bytes);
    if (downloadedBytes > Math.max(0, ...before)) {
      await forgetInterruptions(database, lease);
      return undefined;
    }
  }
  return task.interruption_count < deadlyDeaths ? undefined : deadly(task.interruption_count);
}

function deadly(deaths: number): DownloadOutcome {
  return {
    outcome: "failed",
    failure: {
      failureClass: "unknown",
      message: `the worker died ${deaths} times in a row while it had this task, which got no further`,
      advice: {
        en: "The journal of the worker says how it ended: out of memory, perhaps. A retry starts the task again.",
        ru: "Почему завершился worker, видно в его журнале: возможно, не хватило памяти. Задачу можно запустить снова.",
      },
    },
    retryAt: null,
  };
}
