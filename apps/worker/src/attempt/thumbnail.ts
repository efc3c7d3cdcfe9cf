import { constants } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "@dwld/daemon";
import { parseOptions } from "@dwld/options";
import { type DownloadWork, logFacts, type TaskRow } from "@dwld/queue";
import type { EncodeThumbnail } from "../media/encode-thumbnail.ts";
import type { Workdir } from "../workdir/workdir.ts";
import type { Capabilities } from "../ytdlp/capabilities.ts";
import type { DownloadProgress } from "./progress.ts";

export type ThumbnailParts = {
  /** Undefined if nobody wants pictures. A download that is over waits so long for the one that is being encoded. */
  thumbnails: { encode: EncodeThumbnail; patienceMs: number } | undefined;
  logger: Logger;
};

/** The small picture of an attempt's video. What goes wrong with it is logged and concerns nothing else. */
export type AttemptThumbnail = Disposable & {
  /** Whether the next run is to fetch one: a further run of the attempt is not, once one is there. */
  readonly isWanted: boolean;
  /** Takes the picture that a run has fetched, and encodes it while the download goes on. */
  take(): void;
  /** Resolves when it is encoded, after a moment, or when the attempt is stopped. From then on nothing is noted. */
  settle(): Promise<void>;
};

/** The attempt, as far as its picture needs it. */
type ThumbnailOf = {
  work: DownloadWork;
  workdir: Workdir;
  ytdlp: Pick<Capabilities, "fetchesThumbnails">;
  progress: Pick<DownloadProgress, "note">;
};

/** The most that a plugin of yt-dlp fetches (thumbnail.py). */
const mostBytes = 2 << 20;

/** @param progress gets the JPEG, unless the attempt is over by then. */
export function createThumbnail(
  { thumbnails, logger }: ThumbnailParts,
  { work: { lease, signal }, workdir, ytdlp, progress }: ThumbnailOf,
): AttemptThumbnail {
  const { task } = lease;
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  let encoding: Promise<void> | undefined;
  const takeOver = async (encode: EncodeThumbnail) => {
    try {
      const jpeg = await encode(await readFetched(join(workdir.personal, "thumbnail")), stop);
      if (stop.aborted) return;
      if (jpeg === undefined) logger.debug(logFacts(task), "the video's picture is none that can be shown");
      else progress.note({ thumbnail: jpeg });
    } catch (error) {
      if (!stop.aborted) logger.warn({ ...logFacts(task), err: error }, "the video's picture could not be encoded");
    }
  };
  return {
    get isWanted() {
      return thumbnails !== undefined && encoding === undefined && ytdlp.fetchesThumbnails && wantsThumbnail(task);
    },
    take: () => {
      if (thumbnails !== undefined) encoding ??= takeOver(thumbnails.encode);
    },
    settle: async () => {
      if (thumbnails !== undefined && encoding !== undefined)
        await Promise.race([
          encoding,
          pause(thumbnails.patienceMs, undefined, { signal: stop }).catch(() => undefined),
        ]);
      over.abort();
    },
    [Symbol.dispose]: () => {
      over.abort();
    },
  };
}

/** A further attempt of the same round asks for none if there is one: a site that refuses is not to be asked for more. */
function wantsThumbnail(task: TaskRow): boolean {
  const { playlist, audioOnly } = parseOptions(task);
  return !playlist && !audioOnly && (task.has_thumbnail === 0 || task.attempt_count === 0);
}

/**
 * Reads and removes the file. A run that was taken over could have put anything in its place: a link, a pipe, a file that grows.
 *
 * @throws Error if it is no file, or too large
 */
async function readFetched(path: string): Promise<Buffer> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if (!(await file.stat()).isFile()) throw new Error(`${path} is no file`);
  const buffer = Buffer.alloc(mostBytes + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length < buffer.length; length += read)
    read = (await file.read(buffer, length, buffer.length - length)).bytesRead;
  await rm(path, { force: true });
  if (length > mostBytes) throw new Error(`${path} is larger than ${mostBytes} bytes`);
  return buffer.subarray(0, length);
}
