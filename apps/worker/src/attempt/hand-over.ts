import type { Configuration } from "@dwld/daemon";
import type { DownloadOutcome } from "@dwld/queue";
import type { DiskAdmission } from "../disk/disk-admission.ts";
import { removeStash, type StashedResult } from "../workdir/stashed-result.ts";
import type { Workdir } from "../workdir/workdir.ts";

export type HandOverParts = {
  configuration: Pick<Configuration, "limits">;
  disk: DiskAdmission;
  /** The name of this machine, on which the files are. */
  host: string;
};

/** Hands a download over to its delivery, which takes the files from the task's folder. */
export async function handOver(
  { disk, host, configuration: { limits } }: HandOverParts,
  workdir: Workdir,
  { files, media, remark }: StashedResult,
): Promise<Extract<DownloadOutcome, { outcome: "downloaded" }>> {
  disk.recordUsage(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  // A stash that lost the comparison is removed; one that won is part of the task.
  const stashWon = files.some(({ localPath }) => !localPath.startsWith(workdir.home));
  if (!stashWon) await removeStash(workdir);
  const countsBytes = limits.perChat.bytesPerDay !== undefined || limits.perToken.bytesPerDay !== undefined;
  return { outcome: "downloaded", files, media, host, countsBytes, remark };
}
