import type { Lease } from "../leases/claim-task.ts";
import { changeHeld } from "../leases/held-task.ts";
import type { Database } from "../store/database.ts";
import type { Columns } from "../store/transition.ts";

/** Facts about the video. */
export type MediaFacts = {
  title?: string;
  durationSeconds?: number;
  width?: number;
  height?: number;
};

/** Records facts that become known while the task is in work. Returns false if the lease is lost. */
export async function noteMedia(database: Database, lease: Lease, media: MediaFacts): Promise<boolean> {
  return await database.write(async (transaction) => await changeHeld(transaction, lease, mediaColumns(media)));
}

/** Records the last known progress, which is shown while the cache is away. Call it seldom. */
export async function noteProgress(database: Database, lease: Lease, progress: object): Promise<void> {
  await database.write(async (transaction) => {
    await changeHeld(transaction, lease, { progress: JSON.stringify(progress) });
  }, false);
}

export function mediaColumns(media: MediaFacts): Columns {
  const columns: Columns = {};
  if (media.title !== undefined) columns.title = media.title;
  if (media.durationSeconds !== undefined) columns.duration_seconds = media.durationSeconds;
  if (media.width !== undefined) columns.width = media.width;
  if (media.height !== undefined) columns.height = media.height;
  return columns;
}
