import type { Lease } from "../leases/claim-task.ts";
import { changeHeld } from "../leases/held-task.ts";
import type { Database, Transaction } from "../store/database.ts";
import type { Columns } from "../store/transition.ts";
import { storeThumbnail } from "../tasks/thumbnail.ts";

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
  /** A small JPEG of the video, at most 32 KiB. It replaces an earlier one. */
  thumbnail?: Buffer;
};

/**
 * Records facts, in one write; call it seldom. Watchers are notified of those about the video and of its picture. Returns
 * false if the lease is lost.
 */
export async function noteFacts(database: Database, lease: Lease, facts: Facts): Promise<boolean> {
  const { expectedBytes: _, progress: __, ...shown } = facts;
  const notifies = Object.keys(shown).length > 0;
  return await database.write(async (transaction) => await recordFacts(transaction, lease, facts), notifies);
}

/** Does what `noteFacts` does, within a transaction and with further columns. */
export async function recordFacts(
  transaction: Transaction,
  lease: Lease,
  facts: Facts,
  further: Columns = {},
): Promise<boolean> {
  const columns = { ...factColumns(facts), ...further };
  if (Object.keys(columns).length === 0) return true;
  if (!(await changeHeld(transaction, lease, columns))) return false;
  if (facts.thumbnail !== undefined) await storeThumbnail(transaction, lease.task.seq, facts.thumbnail);
  return true;
}

function factColumns({ expectedBytes, progress, thumbnail, ...media }: Facts): Columns {
  const columns = mediaColumns(media);
  if (expectedBytes !== undefined) columns.expected_bytes = Math.round(expectedBytes);
  if (progress !== undefined) columns.progress = JSON.stringify(progress);
  if (thumbnail !== undefined) columns.has_thumbnail = 1;
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
