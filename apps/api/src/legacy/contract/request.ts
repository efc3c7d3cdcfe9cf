import type { MessageInitShape } from "@bufbuild/protobuf";
import type { AddTaskRequestSchema } from "@dwld/rpc";
import { splitUserPath } from "./user-path.ts";

/** What the first dwld was asked for: by its contract, and in its database. */
export type LegacyRequest = { link: string; userName: string; maxQuality?: number | undefined };

/** The most that today's contract takes. */
const maxQualityPixels = 8640;

/**
 * As AddTask is asked for it. The link is left to the contract's rules, and what stands around it cleaned rather than
 * refused. No quality, one below 1, and one above every picture's: no cap.
 */
export function asAddTask({
  link,
  userName,
  maxQuality = 0,
}: LegacyRequest): MessageInitShape<typeof AddTaskRequestSchema> {
  const capped = Number.isInteger(maxQuality) && maxQuality > 0 && maxQuality <= maxQualityPixels;
  return { link: link.trim(), targetQuality: capped ? maxQuality : 0, chatId: legacyChat, ...splitUserPath(userName) };
}

/**
 * The first contract knows no chats, and neither does its database: what comes by them is of no chat. Tasks that have
 * one, the command's and those of today's bots, are neither shown nor touched by it.
 */
export const legacyChat = "";
