import { parseOptions } from "@dwld/options";
import { type DownloadOutcome, type DownloadWork, LeaseLostError, type TaskRow } from "@dwld/queue";
import type { DiskAdmission } from "../disk/disk-admission.ts";
import { isFullError } from "../disk/disk-space.ts";
import { bytesIn } from "../disk/folder-bytes.ts";
import { failureFacts } from "../failure/failure-facts.ts";
import { type Workdir, workdirOf } from "../workdir/workdir.ts";
import type { Trial } from "../ytdlp-versions/trials.ts";
import type { YtdlpsForAttempt } from "../ytdlp-versions/tried-ytdlps.ts";
import { beginAttempt, type BeginParts } from "./begin.ts";
import { conclude, type ConcludeParts, concludeUntried } from "./conclude.ts";
import { listPlaylist, type PlaylistParts } from "./playlist.ts";
import { reclaimTask } from "./reclaim.ts";
import type { Attempt } from "./result.ts";
import { runDownload, type RunParts } from "./run.ts";
import { type VerifyParts, verifyRun } from "./verify.ts";
import { waitForAllowance } from "./wait-for-allowance.ts";
import { waitForRepair } from "./wait-for-repair.ts";
import { waitForSpace } from "./wait-for-space.ts";

/** Everything that the steps use; each of them takes its own part. */
export type AttemptParts = { ytdlpsFor: YtdlpsForAttempt } & BeginParts &
  RunParts &
  VerifyParts &
  PlaylistParts &
  ConcludeParts;

/**
 * Makes one attempt at a claimed task and returns what it means for the task; undefined if the work's signal was aborted or
 * the lease is lost.
 */
export async function attemptDownload(parts: AttemptParts, work: DownloadWork): Promise<DownloadOutcome | undefined> {
  const { task } = work.lease;
  const workdir = workdirOf(parts.ownFolder, task.id);
  const release = parts.disk.reserve(task.id, expectedBytes(task));
  try {
    return (
      (await reclaimTask(parts, work.lease, workdir)) ??
      (await waitForAllowance(parts, task)) ??
      (await skipAttempt(parts, task, workdir)) ??
      (await makeAttempt(parts, work, workdir))
    );
  } catch (error) {
    if (work.signal.aborted || !isFullError(error)) throw error;
    return await concludeFullDisk(parts, task, error);
  } finally {
    release();
  }
}

/** Plan, run, verify, conclude. */
async function makeAttempt(
  parts: AttemptParts,
  work: DownloadWork,
  workdir: Workdir,
): Promise<DownloadOutcome | undefined> {
  if (work.signal.aborted) return undefined;
  const { task } = work.lease;
  const { plan } = await parts.planner(task);
  if (plan === undefined) return await concludeUntried(parts, task, workdir);
  const brokenBefore: Trial[] = [];
  // One of several versions of yt-dlp that is broken on the link costs nothing: the next one tries it at once.
  const ytdlps = await parts.ytdlpsFor(plan.settings.ytdlp);
  for (const tried of ytdlps) {
    const attempt = await beginAttempt(parts, work, workdir, { plan, tried, brokenBefore: [...brokenBefore] });
    const ended = await carryOutAttempt(parts, attempt, tried !== ytdlps.at(-1));
    if (ended !== "broken") return ended;
    if (tried.trial !== undefined) brokenBefore.push(tried.trial);
  }
  return undefined;
}

/** Runs, verifies and concludes an attempt; see `conclude` for `hasNext` and "broken". */
async function carryOutAttempt(
  parts: AttemptParts,
  attempt: Attempt,
  hasNext: boolean,
): Promise<DownloadOutcome | "broken" | undefined> {
  const { work } = attempt;
  using _ = attempt.thumbnail;
  try {
    const result = parseOptions(work.lease.task).playlist
      ? await listPlaylist(parts, attempt)
      : await verifyRun(parts, attempt, await runDownload(parts, attempt));
    return await conclude(parts, attempt, result, hasNext);
  } catch (error) {
    if (error instanceof LeaseLostError) return undefined;
    // A defect is an attempt, too, even one that kept its first run from beginning.
    if (!work.signal.aborted && !isFullError(error)) await attempt.record.row();
    throw error;
  }
}

/** Returns the outcome of a task that needs no attempt now, since the disk is too full for it. */
async function skipAttempt(parts: AttemptParts, task: TaskRow, workdir: Workdir): Promise<DownloadOutcome | undefined> {
  if (task.expected_bytes === null) return undefined;
  const doneBytes = await bytesIn([workdir.home, workdir.temp]);
  parts.disk.expect(task.id, { totalBytes: task.expected_bytes, doneBytes });
  const shortage = await parts.disk.checkFits(task.id);
  return shortage && waitForSpace(shortage, parts.now());
}

/** Translates the system's refusal of a write of ours. */
async function concludeFullDisk(
  { disk, configuration, now }: Pick<AttemptParts, "configuration" | "now"> & { disk: DiskAdmission },
  task: TaskRow,
  { message }: Error,
): Promise<DownloadOutcome> {
  const shortage = await disk.explainFailure(task.id, false);
  if (shortage !== undefined) return waitForSpace({ ...shortage, text: message }, now());
  // Another disk, or a quota: nobody tells when there is space again.
  return waitForRepair(configuration, task, failureFacts("disk_full", message), now());
}

/** Returns the space to reserve, bytes; undefined if unknown. A playlist itself needs none. */
function expectedBytes(task: TaskRow): number | undefined {
  return parseOptions(task).playlist ? 0 : (task.expected_bytes ?? undefined);
}
