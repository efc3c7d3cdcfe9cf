import { execFile } from "node:child_process";
import { link, lstat, unlink } from "node:fs/promises";
import { getSystemErrorMessage, promisify } from "node:util";
import { errorCode, errorText, isSystemError } from "@dwld/text";

/**
 * The errors of `link` on a file system without hard links (FAT, exFAT, some network shares), or of a file that has as many
 * as it may.
 */
const withoutHardLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** Whether an error of `link` says that this file has to be copied, or moved, instead. */
export function isLinkRefused(error: unknown): boolean {
  return withoutHardLinks.has(errorCode(error));
}

/**
 * The errors of a name that a file system does not take: longer than its own bound (143 bytes where eCryptfs encrypts
 * names), or of letters that it has not.
 */
const refusesNames = new Set(["ENAMETOOLONG", "EINVAL", "EILSEQ"]);

/** Whether an error of the system says that no file can have the name. */
export function isNameRefused(error: unknown): boolean {
  return refusesNames.has(errorCode(error));
}

/** The file system does not take the name, or anything else, in the words of the system. */
export class RenameError extends Error {
  override readonly name = "RenameError";
  readonly code = "rename";
  readonly refusesName: boolean;

  constructor(words: string, { refusesName }: { refusesName: boolean }) {
    super(words);
    this.refusesName = refusesName;
  }
}

/**
 * Renames a file, and never overwrites: a hard link fails if the name exists, which a rename does not. Returns false then.
 *
 * @throws RenameError; an error of the system.
 */
export async function renameToFreeName(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    if (isLinkRefused(error)) return await move(from, to);
    if (isNameRefused(error) && isSystemError(error) && error.errno !== undefined)
      throw new RenameError(getSystemErrorMessage(error.errno), { refusesName: true });
    throw error;
  }
  await unlink(from);
  return true;
}

/** Renames by coreutils' mv, which asks the kernel for a rename that replaces nothing (RENAME_NOREPLACE). Node does not. */
async function move(from: string, to: string): Promise<boolean> {
  const options = ["--no-clobber", "--no-target-directory", "--no-copy", "--"];
  try {
    await promisify(execFile)("mv", [...options, from, to], { env: { PATH: "/usr/bin:/bin", LC_ALL: "C" } });
  } catch (error) {
    // "mv: cannot move '…' to '…': Read-only file system"
    const words = errorText(error).trimEnd().split(": ").at(-1) ?? "";
    const refusesName = /invalid argument|no such file|file name too long|multibyte/i.test(words);
    throw new RenameError(words, { refusesName });
  }
  // mv says nothing of a name that is taken.
  return !(await exists(from));
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}
