import { constants, createReadStream, createWriteStream } from "node:fs";
import { copyFile, link, lstat, open, rm } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { errorCode } from "@dwld/text";
import { DestinationError } from "../destination-error.ts";
import type { MadeFolder, Session } from "../destination.ts";
import { folderError, inFolder } from "./folder-error.ts";
import { makeFolder } from "./make-folder.ts";
import { isLinkRefused, isNameRefused, RenameError, renameToFreeName } from "./rename-to-free-name.ts";

/** Works in a folder of this host, which may hold links to other file systems. */
export class FolderSession implements Session {
  readonly hashAlgorithm = undefined;
  /** A copy that was interrupted is made anew: it costs no network. */
  readonly resumes = false;
  readonly #root: string;
  readonly #signal: AbortSignal;

  constructor(root: string, signal: AbortSignal) {
    this.#root = root;
    this.#signal = signal;
  }

  async ensureFolder(path: string): Promise<MadeFolder> {
    this.#signal.throwIfAborted();
    return await makeFolder(this.#root, path);
  }

  async size(path: string): Promise<number | undefined> {
    return await this.#at(path, async (place) => {
      try {
        const stats = await lstat(place);
        return stats.isFile() ? stats.size : -1;
      } catch (error) {
        // ENOTDIR: a file has the name of the folder, and its files go to another one.
        // No file has a name that the disk does not take, and the rename says so.
        if (["ENOENT", "ENOTDIR"].includes(errorCode(error)) || isNameRefused(error)) return undefined;
        throw error;
      }
    });
  }

  async hash(): Promise<undefined> {
    return undefined;
  }

  async read(path: string, sink: Writable): Promise<void> {
    await this.#at(path, (place) => pipeline(createReadStream(place), sink, { signal: this.#signal }));
  }

  async clone(localPath: string, path: string): Promise<boolean> {
    return await this.#at(path, async (place) => {
      try {
        await link(localPath, place);
        return true;
      } catch (error) {
        if (errorCode(error) !== "EXDEV" && !isLinkRefused(error)) throw error;
      }
      try {
        // Subvolumes of btrfs are file systems to `link`, and share bytes all the same.
        await copyFile(localPath, place, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
        return true;
      } catch {
        // A copy finds out whether the folder takes a file.
        return false;
      }
    });
  }

  async put(path: string, source: Readable): Promise<void> {
    await this.#at(path, (place) =>
      // Flushed, since the original is deleted afterwards.
      pipeline(source, createWriteStream(place, { flush: true }), { signal: this.#signal }),
    );
  }

  /** Never overwrites. */
  async rename(from: string, to: string, confirm?: () => Promise<void>): Promise<void> {
    await confirm?.();
    await this.#at(to, async (place) => {
      try {
        if (!(await renameToFreeName(join(this.#root, from), place))) throw nameTaken(to);
      } catch (error) {
        throw error instanceof RenameError ? explain(error, to) : error;
      }
      // The new name outlives a power cut, as the file does.
      await sync(dirname(place));
    });
  }

  async remove(path: string): Promise<void> {
    await this.#at(path, (place) => rm(place, { force: true }));
  }

  release(): void {}

  async #at<Result>(path: string, action: (place: string) => Promise<Result>): Promise<Result> {
    this.#signal.throwIfAborted();
    const folder = posix.dirname(path);
    return await inFolder(folder === "." ? "" : folder, async () => {
      try {
        return await action(join(this.#root, path));
      } catch (error) {
        this.#signal.throwIfAborted();
        throw error;
      }
    });
  }
}

function nameTaken(path: string): DestinationError {
  return new DestinationError({
    kind: "name_taken",
    phase: "work",
    message: `a file called ${path} came into the folder meanwhile`,
    advice: "It is tried again by itself.",
  });
}

function explain(error: RenameError, path: string): DestinationError {
  const folder = posix.dirname(path);
  const words = error.message;
  if (!error.refusesName) return folderError(folder === "." ? "" : folder, { code: "mv", words }, { cause: error });
  return new DestinationError(
    {
      kind: "name_refused",
      phase: "work",
      message: `the disk takes no file called ${path}: ${words}`,
      advice: "It is tried again under the task's id as its name.",
    },
    { cause: error },
  );
}

/** Flushes a folder, where the file system can: some that are shared with a host have no such call for folders. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(errorCode(error))) throw error;
  } finally {
    await handle.close();
  }
}
