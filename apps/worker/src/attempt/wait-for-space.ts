import type { DownloadOutcome } from "@dwld/queue";
import { hourMs } from "@dwld/timing";
import type { Shortage } from "../disk/disk-admission.ts";
import { failureFacts } from "../failure/failure-facts.ts";

/** Free space makes the task due; if that is missed, it is tried again after this time in any case. */
const latestRetryMs = hourMs;

/** Returns the outcome that lets a task wait for free space. A full disk is nobody's failure: it costs no attempt. */
export function waitForSpace({ text, requiredBytes }: Shortage, nowMs: number): DownloadOutcome {
  return {
    outcome: "failed",
    failure: failureFacts("disk_full", text),
    retryAt: nowMs + latestRetryMs,
    requiredFreeBytes: requiredBytes,
  };
}
