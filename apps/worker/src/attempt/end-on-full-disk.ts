import type { FailureClass } from "../failure/failure-class.ts";
import type { TaskFolder } from "../workdir/workdir.ts";
import type { DownloadStory } from "../ytdlp/run-state.ts";
import { clearAway, shortenParts } from "../workdir/clear-partial-files.ts";
import type { Shortage, SpaceKeeper } from "../disk/disk-admission.ts";

/** What these say may be a consequence: ffmpeg's reason is not in yt-dlp's last line ("Conversion failed!"). */
const vague: ReadonlySet<FailureClass> = new Set(["postprocess_failed", "truncated", "killed", "unknown"]);

/** The class of a failure, where the disk is full as the run ends. */
export async function blameDisk<Failure extends { failureClass: FailureClass; line: string }>(
  space: SpaceKeeper,
  failure: Failure,
): Promise<Failure> {
  if (!vague.has(failure.failureClass) || !(await space.isFull())) return failure;
  return { ...failure, failureClass: "disk_full", line: `${failure.line} (the disk is full)` };
}

/**
 * Gives room back before anything else is written: the task table may lie on the same disk. What can be resumed stays,
 * but for its last bytes where the disk would be full with them.
 *
 * @param shortage what the run was ended for; undefined where it met the full disk itself.
 * @returns how much room lets the download go on; undefined where it failed for another limit than this disk's.
 */
export async function endOnFullDisk(
  space: SpaceKeeper,
  task: { id: string; folder: TaskFolder; story: DownloadStory },
  shortage: Shortage | undefined,
): Promise<number | undefined> {
  const { id, folder, story } = task;
  const { progress, video } = story;
  const met = shortage ?? (await space.afterFailure(id, video?.live === true));
  const processingSinceMs = progress?.step === "download" ? undefined : progress?.updatedAtMs;
  const metFull = shortage === undefined || (await space.isFull());
  let lostBytes = await clearAway(folder, { metFull, processingSinceMs });
  if (await space.isFull()) lostBytes += await shortenParts(folder);
  return met === undefined ? undefined : met.wantsRoomBytes + lostBytes;
}
