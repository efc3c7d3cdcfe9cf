import { FolderError } from "@dwld/delivery";
import { type DownloadOutcome, type FailureFacts, joinTexts, type TaskRow } from "@dwld/queue";
import type { FailureClass } from "../failure/failure-class.ts";
import { keepFiles } from "../workdir/keep-files.ts";
import { forgetKept, keepResult, type KeptResult, keptResult } from "../workdir/stashed-result.ts";
import type { TaskFolder } from "../workdir/workdir.ts";
import { untilMended } from "./until-mended.ts";
import { isFullError } from "../disk/disk-space.ts";
import { outOfRoom } from "./out-of-room.ts";
import type { WorkerContext } from "../worker-context.ts";

/**
 * What was downloaded goes to the sender, or, with delivery off, to where the operator looks for it. A folder that does
 * not take it costs no second download: the result is kept, and only that step is tried again.
 */
export async function placeResult(
  context: WorkerContext,
  task: TaskRow,
  folder: TaskFolder,
  result: KeptResult,
): Promise<DownloadOutcome> {
  const { configuration, host } = context;
  const { files, media } = result;
  const deliver = configuration.ftp !== undefined;
  context.space.took(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  let placed: Pick<KeptResult, "files" | "remark"> = { files };
  try {
    if (!deliver) placed = await keepFiles(configuration.worker.downloads, task, files);
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    return await waitForFolder(context, task, folder, result, error);
  }
  // What was kept and lost the comparison goes; what won it is part of the task.
  const keptWon = files.some(({ localPath }) => !localPath.startsWith(folder.home));
  if (!keptWon) await forgetKept(folder);
  const remark = joinTexts([result.remark, placed.remark].filter((texts) => texts !== undefined));
  return { outcome: "downloaded", files: placed.files, media, host, deliver, remark };
}

async function waitForFolder(
  context: WorkerContext,
  task: TaskRow,
  folder: TaskFolder,
  result: KeptResult,
  error: FolderError,
): Promise<DownloadOutcome> {
  const waitedBefore = (await keptResult(folder))?.isWhole === true;
  await keepResult(folder, { ...result, isWhole: true });
  const { message, advice } = error;
  const shortage = isFullError(error) ? await context.space.afterFailure(task.id, false) : undefined;
  if (shortage !== undefined) return outOfRoom({ ...shortage, text: message }, context.now());
  const failure: FailureFacts = { failureClass: classOf(error), message, advice };
  // Patience with the site is another matter, and may be used up.
  return untilMended(context, waitedBefore ? task : { ...task, tried_since: null }, failure);
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
