import type { Configuration } from "@dwld/daemon";
import { FolderError } from "@dwld/delivery";
import { type DownloadOutcome, type FailureFacts, joinTexts, type TaskRow } from "@dwld/queue";
import type { DiskAdmission } from "../disk/disk-admission.ts";
import { isFullError } from "../disk/disk-space.ts";
import type { FailureClass } from "../failure/failure-class.ts";
import { keepFiles } from "../workdir/keep-files.ts";
import { readStash, removeStash, type StashedResult, stashResult } from "../workdir/stashed-result.ts";
import type { Workdir } from "../workdir/workdir.ts";
import { waitForRepair } from "./wait-for-repair.ts";
import { waitForSpace } from "./wait-for-space.ts";

export type PlaceParts = {
  configuration: Pick<Configuration, "ftp" | "sites" | "defaultSite">;
  disk: DiskAdmission;
  downloads: string;
  host: string;
  now: () => number;
};

/**
 * Hands a download to the sender or, if delivery is off, puts it into the operator's folder. A folder that does not take
 * it costs no second download: the result is stashed, and only this step is repeated.
 */
export async function placeResult(
  parts: PlaceParts,
  task: TaskRow,
  workdir: Workdir,
  result: StashedResult,
): Promise<DownloadOutcome> {
  const { files, media } = result;
  const deliver = parts.configuration.ftp !== undefined;
  parts.disk.recordUsage(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  let placed: Pick<StashedResult, "files" | "remark"> = { files };
  try {
    if (!deliver) placed = await keepFiles(parts.downloads, task, files);
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    return await waitForFolder(parts, task, workdir, { result, error });
  }
  // A stash that lost the comparison is removed; one that won is part of the task.
  const stashWon = files.some(({ localPath }) => !localPath.startsWith(workdir.home));
  if (!stashWon) await removeStash(workdir);
  const remark = joinTexts([result.remark, placed.remark].filter((texts) => texts !== undefined));
  return { outcome: "downloaded", files: placed.files, media, host: parts.host, deliver, remark };
}

async function waitForFolder(
  { configuration, disk, now }: PlaceParts,
  task: TaskRow,
  workdir: Workdir,
  { result, error }: { result: StashedResult; error: FolderError },
): Promise<DownloadOutcome> {
  const waitedBefore = (await readStash(workdir))?.isWhole === true;
  await stashResult(workdir, { ...result, isWhole: true });
  const { message, advice } = error;
  const shortage = isFullError(error) ? await disk.explainFailure(task.id, false) : undefined;
  if (shortage !== undefined) return waitForSpace({ ...shortage, text: message }, now());
  const failure: FailureFacts = { failureClass: classOf(error), message, advice };
  // The time spent on the site does not count here, and may be used up.
  return waitForRepair(configuration, waitedBefore ? task : { ...task, tried_since: null }, failure, now());
}

function classOf(error: FolderError): FailureClass {
  switch (error.code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "permission";
    case "ENAMETOOLONG":
      return "name_too_long";
    default:
      return isFullError(error) ? "disk_full" : "unknown";
  }
}
