import { statfsOfNearest } from "@dwld/daemon";
import { errorCode } from "@dwld/text";

/** Free space of a disk for users other than root. */
export type DiskSpace = {
  freeBytes: number;
  /** Number of further files and folders; Infinity if the file system has no such limit (btrfs). */
  freeFiles: number;
};

/** Reads the free space of the disk that holds a folder, or will hold it: until it is made, its nearest parent counts. */
export async function readDiskSpace(folder: string): Promise<DiskSpace> {
  const { bavail, bsize, files, ffree } = await statfsOfNearest(folder);
  return { freeBytes: bavail * bsize, freeFiles: files === 0 ? Infinity : ffree };
}

/** Below this, any write may have failed for lack of space. */
const fullBelowBytes = 1024 * 1024;
const fullBelowFiles = 10;

/** Returns whether a disk is so full that any write may have failed. */
export function isFull({ freeBytes, freeFiles }: DiskSpace): boolean {
  return freeBytes < fullBelowBytes || freeFiles < fullBelowFiles;
}

/** Returns whether the system refused a write for lack of space. */
export function isFullError(error: unknown): error is Error {
  return ["ENOSPC", "EDQUOT"].includes(errorCode(error));
}
