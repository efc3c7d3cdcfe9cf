import { refuseBeyond } from "@dwld/limits";
import { fixed, type Reader } from "../store/database.ts";

/** How much a chat may have, as far as the table counts it. Undefined: no limit. */
export type Allowance = {
  /** Tasks that wait for their download. */
  readonly waitingTasks?: number;
};

/** @throws LimitReachedError if a chat may have no further task. */
export async function refuseTaskBeyond(database: Reader, allowance: Allowance, chatId: string): Promise<void> {
  const { waitingTasks } = allowance;
  if (waitingTasks === undefined) return;
  const used = await countWaiting(database, chatId, waitingTasks);
  refuseBeyond([{ limit: "waitingTasks", subject: "chat", holder: chatId, most: waitingTasks, used }]);
}

/**
 * Counts the tasks of a chat that wait for their download, up to `most`. Ranks of a chat differ, so the first and the last
 * tell how many there are at most, and only if that is too many, they are counted in the index.
 */
async function countWaiting(database: Reader, chatId: string, most: number): Promise<number> {
  return (await database.get(fixed<{ count: number }>(waitingCount, most, chatId, most, chatId, chatId)))?.count ?? 0;
}

const waitingCount = `
  SELECT iif(span < ?, span, (SELECT count(*) FROM (
    SELECT 1 FROM tasks INDEXED BY tasks_queued_chat WHERE chat_id = ? AND state = 'QUEUED' LIMIT ?))) AS count
  FROM (SELECT coalesce(1
    + (SELECT max(rank) FROM tasks WHERE chat_id = ? AND state = 'QUEUED')
    - (SELECT min(rank) FROM tasks WHERE chat_id = ? AND state = 'QUEUED'), 0) AS span)`;
