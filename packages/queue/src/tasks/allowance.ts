import { refuseBeyond, type Subject, type Use, useOfDay } from "@dwld/limits";
import { fixed, type Reader } from "../store/database.ts";
import { bytesByHour } from "./chat-bytes.ts";

/** How much a chat and a token may have, as far as the table counts it. Undefined: no limit. */
export type Allowance = {
  /** Concerns the chat of the task. */
  readonly perChat?: Amounts;
  /** Concerns the token that asks, over all of its chats. */
  readonly perToken?: Amounts & { readonly name: string; readonly chats: readonly string[] };
};

export type Amounts = {
  /** Tasks that wait for their download. */
  readonly waitingTasks?: number;
  /** Bytes that were downloaded in 24 hours. */
  readonly bytesPerDay?: number;
};

/** Returns whether anything is limited. */
export function isLimited({ perChat, perToken }: Allowance): boolean {
  return [perChat, perToken].some(
    (amounts) => amounts?.waitingTasks !== undefined || amounts?.bytesPerDay !== undefined,
  );
}

/** @throws LimitReachedError if there is no room for a further task of a chat. */
export async function refuseTaskBeyond(
  database: Reader,
  { perChat = {}, perToken }: Allowance,
  chatId: string,
  now: number,
): Promise<void> {
  const chat = { subject: "chat", holder: chatId, chats: [chatId] } as const;
  const uses = await tableUses(database, perChat, chat, now);
  if (perToken !== undefined) {
    const token = { subject: "token", holder: perToken.name, chats: perToken.chats } as const;
    uses.push(...(await tableUses(database, perToken, token, now)));
  }
  refuseBeyond(uses);
}

/** Returns how much of the amounts is used. @param now milliseconds since the epoch. */
export async function tableUses(
  database: Reader,
  { waitingTasks, bytesPerDay }: Amounts,
  { chats, ...whose }: { subject: Subject; holder: string; chats: readonly string[] },
  now: number,
): Promise<Use[]> {
  const uses: Use[] = [];
  if (waitingTasks !== undefined) {
    let used = 0;
    for (const chat of chats) used += await countWaiting(database, chat, waitingTasks);
    uses.push({ limit: "waitingTasks", ...whose, most: waitingTasks, used });
  }
  if (bytesPerDay !== undefined) {
    const use = useOfDay(await bytesByHour(database, chats, now), now, bytesPerDay);
    uses.push({ limit: "bytesPerDay", ...whose, most: bytesPerDay, ...use });
  }
  return uses;
}

/**
 * Counts the tasks of a chat that wait for their download, up to `most`. Ranks of a chat differ, so the first and the last
 * tell how many there are at most, and only if that is too many, they are counted in the index.
 */
async function countWaiting(database: Reader, chatId: string, most: number): Promise<number> {
  return (await database.get(fixed<{ count: number }>(waitingCount, most, chatId, most, chatId, chatId)))?.count ?? 0;
}

const waitingCount = `
  SELECT CASE WHEN span < ? THEN span ELSE (SELECT count(*) FROM (
    SELECT 1 FROM tasks INDEXED BY tasks_queued_chat WHERE chat_id = ? AND state = 'QUEUED' LIMIT ?) AS counted) END AS count
  FROM (SELECT coalesce(1
    + (SELECT max(rank) FROM tasks WHERE chat_id = ? AND state = 'QUEUED')
    - (SELECT min(rank) FROM tasks WHERE chat_id = ? AND state = 'QUEUED'), 0) AS span) AS spanned`;
