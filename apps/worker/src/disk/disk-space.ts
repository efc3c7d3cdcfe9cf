import { statfsOfNearest } from "@dwld/daemon";
import { errorCode } from "@dwld/text";

/** What is left of a disk for whoever is not root. */
export type DiskSpace = {
  freeBytes: number;
  /** How many more files and folders fit; infinite where the file system has no such bound (btrfs). */
  freeFiles: number;
};

/** Of the disk on which a folder lies, or will lie: until it is made, the disk is that of the folder above. */
export async function readDiskSpace(folder: string): Promise<DiskSpace> {
  const { bavail, bsize, files, ffree } = await statfsOfNearest(folder);
  return { freeBytes: bavail * bsize, freeFiles: files === 0 ? Infinity : ffree };
}

/** So little that any program may have failed for want of more. */
const lastBytes = 1024 * 1024;
const lastFiles = 10;

/** Whether the disk is full, whoever asks. */
export function isFull({ freeBytes, freeFiles }: DiskSpace): boolean {
  return freeBytes < lastBytes || freeFiles < lastFiles;
}

/** Whether the system has refused a write of ours for want of room. */
export function isFullError(error: unknown): error is Error {
  return ["ENOSPC", "EDQUOT"].includes(errorCode(error));
}
