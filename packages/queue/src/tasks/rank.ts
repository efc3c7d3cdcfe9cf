import { type RawBuilder, sql } from "kysely";
import type { TaskState } from "../store/task-state.ts";

/**
 * Ranks order each of the two lines, for downloads and for deliveries, by start-time fair queueing: the lowest is claimed
 * first. A task comes behind the last one of its chat, and no earlier than the task that was claimed last, so that one
 * link of a chat does not wait behind five hundred of another. The task claimed last counts, not the first that waits:
 * that one may wait for a week, or for a paused site, and all later tasks would stand with it.
 */
export const downloadRankText = rankText("served_rank", "QUEUED");

/** Returns the rank of a task in the line for downloads, for the statement that puts it there. */
export function downloadRank(chatId: string): RawBuilder<number> {
  return rank(downloadRankText, chatId);
}

/** Returns the rank of a task in the line for deliveries, for the statement that puts it there. */
export function deliveryRank(chatId: string): RawBuilder<number> {
  return rank(rankText("sent_rank", "READY_TO_SEND"), chatId);
}

/** @param claimed the counter that has the rank of the task claimed last. */
function rankText(claimed: "served_rank" | "sent_rank", state: TaskState): string {
  return `1 + (SELECT max(last) FROM (
    SELECT value AS last FROM counters WHERE name = '${claimed}'
    UNION ALL
    SELECT max(rank) FROM tasks AS other WHERE chat_id = ? AND state = '${state}') AS ranks)`;
}

function rank(text: string, chatId: string): RawBuilder<number> {
  const [before, after] = text.split("?");
  return sql<number>`${sql.raw(before ?? "")}${chatId}${sql.raw(after ?? "")}`;
}
