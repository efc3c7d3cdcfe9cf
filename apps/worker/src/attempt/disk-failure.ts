import type { DiskAdmission, Shortage } from "../disk/disk-admission.ts";
import type { FailureClass } from "../failure/failure-class.ts";
import { clearPartialFiles, truncatePartialFiles } from "../workdir/clear-partial-files.ts";
import type { Workdir } from "../workdir/workdir.ts";
import type { RunState } from "../ytdlp/run-state.ts";

/** Classes that may be consequences of a full disk: ffmpeg's reason is not in yt-dlp's last line ("Conversion failed!"). */
const vagueClasses: ReadonlySet<FailureClass> = new Set(["postprocess_failed", "truncated", "killed", "unknown"]);

/** Replaces the class of a vague failure by `disk_full` if the disk is full when the run ends. */
export async function blameFullDisk<Failure extends { failureClass: FailureClass; line: string }>(
  disk: DiskAdmission,
  failure: Failure,
): Promise<Failure> {
  if (!vagueClasses.has(failure.failureClass) || !(await disk.isFull())) return failure;
  return { ...failure, failureClass: "disk_full", line: `${failure.line} (the disk is full)` };
}

/**
 * Frees space before anything else is written, since the task table may lie on the same disk. Files that can be resumed
 * stay, except for their last bytes if the disk would still be full.
 *
 * @param shortage the shortage that the run was ended for; undefined if it met the full disk itself.
 * @returns the shortage to wait for; undefined if another limit than this disk's was the reason.
 */
export async function freeFullDisk(
  disk: DiskAdmission,
  run: { taskId: string; workdir: Workdir; state: RunState },
  shortage: Shortage | undefined,
): Promise<Shortage | undefined> {
  const { progress, video } = run.state;
  const found = shortage ?? (await disk.explainFailure(run.taskId, video?.live === true));
  const processingSinceMs = progress?.step === "download" ? undefined : progress?.updatedAtMs;
  const metFull = shortage === undefined || (await disk.isFull());
  let lostBytes = await clearPartialFiles(run.workdir, { metFull, processingSinceMs });
  if (await disk.isFull()) lostBytes += await truncatePartialFiles(run.workdir);
  return found && { ...found, requiredBytes: found.requiredBytes + lostBytes };
}
