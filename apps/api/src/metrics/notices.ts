import { type Family, gauge, noticeKinds } from "@dwld/daemon";
import { type Database, failingSince, listNotices } from "@dwld/queue";

/**
 * Returns the number of conditions that the operator was told of and that are not over, and for how long a receiver of
 * messages has taken none.
 */
export async function noticeFamilies(database: Database, nowMs: number): Promise<Family[]> {
  const open = (await listNotices(database)).filter(({ told_at, ended_at }) => told_at !== null && ended_at === null);
  const sinceMs = await failingSince(database);
  return [
    gauge(
      "dwld_notices",
      "What the operator was told of and is not over, by its kind.",
      noticeKinds.map((kind) => [{ kind }, open.filter((row) => row.kind === kind).length]),
    ),
    gauge(
      "dwld_outbox_failing_seconds",
      "For how long a receiver of messages (notify, notify_url) has accepted none while some wait; 0: all accept them.",
      sinceMs === undefined ? 0 : Math.max(0, nowMs - sinceMs) / 1000,
    ),
  ];
}
