import type { MessageInitShape } from "@bufbuild/protobuf";
import { countTasks, type Database, listPausedSites } from "@dwld/queue";
import type { PausedSiteSchema } from "@dwld/rpc";
import type { DiskSpace } from "../machine/disk-gauge.ts";
import { pausedSiteMessage } from "../messages/site-message.ts";

/** By what a bot chooses among downloaders, at this moment. */
export type DownloaderLoad = {
  /** Absent: not known. */
  freeBytes?: bigint;
  waitingCount: bigint;
  inWorkCount: bigint;
  pausedSites: MessageInitShape<typeof PausedSiteSchema>[];
};

/** Nobody waits for this, and a bot that does not know of the space has to guess until the next call. */
const diskPatienceMs = 2000;

type Sources = {
  database: Database;
  disk: { read(patienceMs?: number): Promise<DiskSpace | undefined> };
  /** Milliseconds since the epoch. */
  now: () => number;
};

export async function downloaderLoad({ database, disk, now }: Sources): Promise<DownloaderLoad> {
  const counts = countTasks(database);
  const space = await disk.read(diskPatienceMs);
  return {
    ...(space === undefined ? {} : { freeBytes: BigInt(space.freeBytes) }),
    waitingCount: BigInt(counts.QUEUED + counts.READY_TO_SEND),
    inWorkCount: BigInt(counts.DOWNLOADING + counts.SENDING),
    pausedSites: listPausedSites(database, now()).map(pausedSiteMessage),
  };
}
