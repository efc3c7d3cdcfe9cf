import { getSystemErrorMessage } from "node:util";
import { errorCode, isSystemError } from "@dwld/text";
import { DestinationError } from "../destination-error.ts";

/** For whoever asked for the video. */
export const refusalInRussian = "Видео скачано и попадёт в свою папку, когда оператор устранит неполадку.";

/**
 * A folder of the operator's takes no file. The message and the advice name no path of this host's disk.
 *
 * @param folder below the download folder: "ann/films"; empty for that itself.
 * @param facts `code` is the system's: "EACCES", "EROFS", "ENOSPC".
 */
export function folderError(
  folder: string,
  { code, words }: { code: string; words: string },
  options?: ErrorOptions,
): DestinationError {
  const subject = folder === "" ? "the download folder" : `the folder ${folder}`;
  return new DestinationError(
    {
      kind: "folder_refused",
      phase: "work",
      message: `${subject} takes no file: ${words} (${code})`,
      advice: "The video was downloaded, and is put into its folder when the operator has mended that.",
      adviceInRussian: refusalInRussian,
    },
    options,
  );
}

/** Runs what works in a folder. @throws DestinationError for an error of the system; any other as it is. */
export async function inFolder<Result>(folder: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (!isSystemError(error) || error.errno === undefined) throw error;
    const words = getSystemErrorMessage(error.errno);
    throw folderError(folder, { code: errorCode(error), words }, { cause: error });
  }
}
