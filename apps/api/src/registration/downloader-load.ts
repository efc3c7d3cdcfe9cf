import type { MessageInitShape } from "@bufbuild/protobuf";
import { countTasks, type Database, listPausedSites } from "@dwld/queue";
import type { PausedSiteSchema } from "@dwld/rpc";
import type { DiskSpace } from "../machine/disk-gauge.ts";
import { pausedSiteMessage } from "../messages/site-message.ts";

/** The load of this downloader, by which a bot chooses among several. */
export type DownloaderLoad = {
  /** Absent if unknown. */
  freeBytes?: bigint;
  waitingCount: bigint;
  inWorkCount: bigint;
  pausedSites: MessageInitShape<typeof PausedSiteSchema>[];
};

/** How long to wait for a slow disk, ms: nobody waits for this call, and without the space a bot has to guess. */
const diskTimeoutMs = 2000;

type Sources = {
  database: Database;
  disk: { read(timeoutMs?: number): Promise<DiskSpace | undefined> };
  /** Milliseconds since the epoch. */
  now: () => number;
};

export async function downloaderLoad({ database, disk, now }: Sources): Promise<DownloaderLoad> {
  const counts = await countTasks(database, "all");
  const space = await disk.read(diskTimeoutMs);
  return {
    ...(space === undefined ? {} : { freeBytes: BigInt(space.freeBytes) }),
    waitingCount: BigInt(counts.QUEUED + counts.READY_TO_SEND),
    inWorkCount: BigInt(counts.DOWNLOADING + counts.SENDING),
    pausedSites: (await listPausedSites(database, now())).map(pausedSiteMessage),
  };
}
