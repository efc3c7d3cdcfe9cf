import { getSystemErrorMessage } from "node:util";
import { errorCode, isSystemError } from "@dwld/text";

/**
 * A folder of the operator's does not take a file that is whole. `message` and the advice are for a person, and name no
 * path of this machine's disk.
 */
export class FolderError extends Error {
  override readonly name = "FolderError";
  /** The system's: "EACCES", "EROFS", "ENOSPC". */
  readonly code: string;
  readonly advice = {
    en: "The video was downloaded, and is put into its folder when the operator has mended that.",
    ru: "Видео скачано и попадёт в свою папку, когда оператор устранит неполадку.",
  };

  /** @param folder below the download folder: "ann/films"; empty for that itself. */
  constructor(folder: string, { code, words }: { code: string; words: string }, options?: ErrorOptions) {
    super(
      `${folder === "" ? "the download folder" : `the folder ${folder}`} takes no file: ${words} (${code})`,
      options,
    );
    this.code = code;
  }
}

/** Runs what writes there. @throws FolderError for an error of the system; any other as it is. */
export async function intoFolder<Result>(folder: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (!isSystemError(error) || error.errno === undefined) throw error;
    const words = getSystemErrorMessage(error.errno);
    throw new FolderError(folder, { code: errorCode(error), words }, { cause: error });
  }
}
