import type { DownloadOutcome } from "@dwld/queue";
import { failureFacts } from "../failure/failure-facts.ts";
import type { Shortage } from "../disk/disk-admission.ts";

/** Room makes a task due as it comes; should that be missed, it is tried after so long in any case. */
const latestRetryMs = 60 * 60_000;

/** The task waits until there is room. It is the machine's state and nobody's failure: it costs no attempt. */
export function outOfRoom({ text, wantsRoomBytes }: Shortage, nowMs: number): DownloadOutcome {
  return {
    outcome: "failed",
    failure: failureFacts("disk_full", text),
    retryAt: nowMs + latestRetryMs,
    wantsRoomBytes,
  };
}
