import type { MessageInitShape } from "@bufbuild/protobuf";
import type { AddTaskRequestSchema } from "@dwld/rpc";
import { splitUserPath } from "./user-path.ts";

/** A link as the legacy contract and the legacy database describe it. */
export type LegacyRequest = { link: string; userName: string; maxQuality?: number | undefined };

/** The largest cap of AddTask. */
const maxQualityPixels = 8640;

/**
 * Returns the request for AddTask, whose rules check the link. The path of folders is cleaned rather than refused. A
 * missing quality, one below 1, and one above `maxQualityPixels` mean no cap.
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
 * The legacy contract has no chats. Its tasks belong to none, and tasks of a chat (those of the command and of today's
 * bots) are neither shown nor changed by it.
 */
export const legacyChat = "";
