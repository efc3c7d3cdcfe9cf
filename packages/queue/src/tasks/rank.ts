import { type RawBuilder, sql } from "kysely";
import { fixed, type Reader } from "../store/database.ts";

/**
 * Ranks order each of the two lines, for downloads and for deliveries, by start-time fair queueing: the lowest is claimed
 * first. A task comes behind the last one of its chat, and no earlier than the task that was claimed last, so that one
 * link of a chat does not wait behind five hundred of another. The task claimed last counts, not the first that waits:
 * that one may wait for a week, or for a paused site, and all later tasks would stand with it.
 */
export async function downloadRank(database: Reader, chatId: string): Promise<number> {
  const known = await database.get(fixed<{ served: number | null; last: number | null }>(ranks, chatId));
  return Math.max(known?.served ?? 0, known?.last ?? 0) + 1;
}

const ranks = `
  SELECT (SELECT value FROM counters WHERE name = 'served_rank') AS served,
    (SELECT max(rank) FROM tasks WHERE chat_id = ? AND state = 'QUEUED') AS last`;

/** Returns the rank of a task in the line for deliveries, for the statement that puts it there. */
export function deliveryRank(chatId: string): RawBuilder<number> {
  return sql<number>`1 + (SELECT max(last) FROM (
    SELECT value AS last FROM counters WHERE name = 'sent_rank'
    UNION ALL
    SELECT max(rank) FROM tasks AS other WHERE chat_id = ${chatId} AND state = 'READY_TO_SEND') AS ranks)`;
}
