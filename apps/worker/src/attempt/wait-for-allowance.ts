import type { Configuration } from "@dwld/daemon";
import { decide } from "@dwld/limits";
import { type Database, type DownloadOutcome, tableUses, type TaskRow } from "@dwld/queue";
import { sizeText } from "@dwld/text";
import { failureFacts } from "../failure/failure-facts.ts";

export type AllowanceParts = {
  configuration: Pick<Configuration, "limits">;
  database: Database;
  now: () => number;
};

/** Returns the outcome that lets a task wait if its chat has had its bytes of the day. It is nobody's failure: it costs no attempt. */
export async function waitForAllowance(
  { configuration, database, now }: AllowanceParts,
  { chat_id: chat }: Pick<TaskRow, "chat_id">,
): Promise<DownloadOutcome | undefined> {
  const { bytesPerDay } = configuration.limits.perChat;
  if (bytesPerDay === undefined) return undefined;
  const nowMs = now();
  const whose = { subject: "chat", holder: chat, chats: [chat] } as const;
  const reached = decide(await tableUses(database, { bytesPerDay }, whose, nowMs));
  if (reached === undefined) return undefined;
  const failure = failureFacts("over_limit", `this chat has had its ${sizeText(bytesPerDay)} of the last 24 hours`);
  return { outcome: "failed", failure, retryAt: nowMs + reached.retryAfterMs };
}
