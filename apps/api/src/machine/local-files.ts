import { constants } from "node:fs";
import { type FileHandle, open, readlink, realpath } from "node:fs/promises";
import { resolve, sep } from "node:path";
import type { FileRow } from "@dwld/queue";
import { isSystemError } from "@dwld/text";

/** A file that is open for reading. Its reader closes it. */
export type OpenFile = {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
  /** A strong entity tag (RFC 9110, 8.8.3): it changes with every write to the file. */
  readonly etag: string;
};

/** A symbolic link at the end of the path is not followed, and a pipe is not waited for. */
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** If the path of a file leads to no file: it is gone, or something else stands there. */
const goneCodes = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENXIO", "EISDIR"]);

/** The files of tasks on the disk of this machine: those that wait for their delivery, and those that stay here. */
export class LocalFiles {
  readonly #folder: string;
  readonly #host: string;

  /** @param folder `worker.downloads`, beyond which nothing is opened. */
  constructor(folder: string, host: string) {
    this.#folder = folder;
    this.#host = host;
  }

  /** Returns whether a file is here, as far as the table knows. */
  isHere({ host, local_path: path }: Pick<FileRow, "host" | "local_path">): boolean {
    return host === this.#host && path !== null && isBelow(this.#folder, resolve(path));
  }

  /**
   * Opens a file. Returns undefined if it is not here, or is not what was verified: another kind or size, or reached by a
   * symbolic link that leads out of the folder.
   */
  async open(row: Pick<FileRow, "host" | "local_path" | "size_bytes">): Promise<OpenFile | undefined> {
    if (!this.isHere(row)) return undefined;
    const handle = await openExisting(row.local_path ?? "");
    if (handle === undefined) return undefined;
    try {
      const stat = await handle.stat({ bigint: true });
      const { size, ino, mtimeNs } = stat;
      if (stat.isFile() && size === BigInt(row.size_bytes) && (await this.#isInside(handle)))
        return {
          handle,
          sizeBytes: Number(size),
          etag: `"${[ino, size, mtimeNs].map((part) => part.toString(36)).join("-")}"`,
        };
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
    return undefined;
  }

  /** The folder itself may be a link of the operator's. */
  async #isInside({ fd }: FileHandle): Promise<boolean> {
    return isBelow(await realpath(this.#folder), await readlink(`/proc/self/fd/${fd}`));
  }
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, openFlags);
  } catch (error) {
    if (isSystemError(error) && goneCodes.has(error.code ?? "")) return undefined;
    throw error;
  }
}

function isBelow(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
