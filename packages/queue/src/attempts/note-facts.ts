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

/** Facts that become known while a task is in work. */
export type Facts = MediaFacts & {
  /** The space that the download takes in all: the next attempt knows it before it begins. */
  expectedBytes?: number;
  /** The last known progress, which is shown while the cache is away. */
  progress?: object;
};

/**
 * Records facts, in one write; call it seldom. Watchers are notified of those about the video. Returns false if the
 * lease is lost.
 */
export async function noteFacts(database: Database, lease: Lease, facts: Facts): Promise<boolean> {
  const { expectedBytes: _, progress: __, ...media } = facts;
  const notifies = Object.keys(media).length > 0;
  return await database.write(
    async (transaction) => await changeHeld(transaction, lease, factColumns(facts)),
    notifies,
  );
}

export function factColumns({ expectedBytes, progress, ...media }: Facts): Columns {
  const columns = mediaColumns(media);
  if (expectedBytes !== undefined) columns.expected_bytes = Math.round(expectedBytes);
  if (progress !== undefined) columns.progress = JSON.stringify(progress);
  return columns;
}

export function mediaColumns(media: MediaFacts): Columns {
  const columns: Columns = {};
  if (media.title !== undefined) columns.title = media.title;
  if (media.durationSeconds !== undefined) columns.duration_seconds = media.durationSeconds;
  if (media.width !== undefined) columns.width = media.width;
  if (media.height !== undefined) columns.height = media.height;
  return columns;
}
