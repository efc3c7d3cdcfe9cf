import { countedHoursAt, type HourBytes, hourOf } from "@dwld/limits";
import { fixed, type Reader, type Transaction } from "../store/database.ts";
import { listParameter } from "../store/parameters.ts";

/** Counts bytes that were downloaded for a chat, and forgets those that count no more. */
export async function countBytes(transaction: Transaction, chatId: string, bytes: number, now: number): Promise<void> {
  await transaction.run(fixed("DELETE FROM chat_bytes WHERE hour < ?", Math.min(...countedHoursAt(now))));
  await transaction.run(fixed(addition, hourOf(now), chatId, bytes));
}

const addition = `
  INSERT INTO chat_bytes (hour, chat_id, bytes) VALUES (?, ?, ?)
  ON CONFLICT (hour, chat_id) DO UPDATE SET bytes = chat_bytes.bytes + excluded.bytes`;

/** Returns the bytes of each of some chats by hour, of the hours that count. */
export async function bytesByHour(database: Reader, chats: readonly string[], now: number): Promise<HourBytes[]> {
  return await database.all(fixed<HourBytes>(counted, listParameter(chats), listParameter(countedHoursAt(now))));
}

const counted = `
  SELECT hour, bytes FROM json_each(?) AS chats CROSS JOIN json_each(?) AS hours CROSS JOIN chat_bytes
  WHERE hour = CAST(hours.value AS BIGINT) AND chat_id = chats.value`;
