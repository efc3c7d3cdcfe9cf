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

/** Counts the tasks of a chat that wait for their download, up to `most`. */
async function countWaiting(database: Reader, chatId: string, most: number): Promise<number> {
  return (await database.get(fixed<{ count: number }>(waitingCount, chatId, most)))?.count ?? 0;
}

const waitingCount = `
  SELECT count(*) AS count FROM (
    SELECT 1 FROM tasks INDEXED BY tasks_queued_chat WHERE chat_id = ? AND state = 'QUEUED' LIMIT ?)`;
