import { appendFile, mkdtemp, rm, rmdir, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

const mebibyte = 1024 * 1024;

/** This process may not mount a file system. */
export class MountError extends Error {
  override readonly name = "MountError";
  readonly code = "MOUNT";
}

/** A file system of its own, in memory. */
export interface SmallDisk extends AsyncDisposable {
  /** The folder it is mounted on; empty at first. */
  readonly path: string;
  /** For others than root. */
  freeBytes(): Promise<number>;
  /** Fills the disk up to `leaveBytes`. */
  fill(leaveBytes?: number): Promise<void>;
  /** Removes what `fill` has written. */
  makeRoom(): Promise<void>;
  /** Changes the size; files stay. @param files limit of files and folders. */
  resize(mebibytes: number, files?: number): Promise<void>;
  unmount(): Promise<void>;
}

/**
 * Mounts a tmpfs.
 *
 * @param files at most so many files and folders; default: as many as its memory has room for.
 * @throws {MountError}
 */
export async function mountSmallDisk(mebibytes: number, files?: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), "dwld-disk-"));
  const mounted = await execa("mount", ["-t", "tmpfs", "-o", sizes(mebibytes, files), "dwld-test", path], {
    reject: false,
  });
  if (mounted.failed) {
    await rmdir(path);
    throw new MountError(`NOT TESTED: no file system can be mounted here (run it as root): ${mounted.shortMessage}`);
  }
  const filler = join(path, "filler");
  const freeBytes = async () => {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  };
  const unmount = async () => {
    // Lazily: a process with an open file keeps it.
    await execa("umount", ["--lazy", path]);
    await rmdir(path);
  };
  return {
    path,
    freeBytes,
    fill: async (leaveBytes = 0) => {
      for (let free = await freeBytes(); free > leaveBytes; free = await freeBytes())
        // Another process may have filled it.
        await appendFile(filler, Buffer.alloc(Math.min(free - leaveBytes, mebibyte))).catch(ifNotFull);
    },
    makeRoom: () => rm(filler, { force: true }),
    resize: async (size, most) => {
      await execa("mount", ["-o", `remount,${sizes(size, most)}`, path]);
    },
    unmount,
    [Symbol.asyncDispose]: unmount,
  };
}

/** Mounts a small disk until the end of a test. Returns undefined, and skips the test, if none can be mounted. */
export async function mountForTest(
  context: { after(end: () => Promise<void>): void; skip(why: string): void },
  mebibytes: number,
): Promise<SmallDisk | undefined> {
  try {
    const disk = await mountSmallDisk(mebibytes);
    context.after(() => disk.unmount());
    return disk;
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    context.skip(error.message);
    return undefined;
  }
}

function ifNotFull(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOSPC") throw error;
}

function sizes(mebibytes: number, files?: number): string {
  return [`size=${mebibytes * mebibyte}`, ...(files === undefined ? [] : [`nr_inodes=${files}`])].join(",");
}
