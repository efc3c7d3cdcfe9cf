import type { TaskEvent } from "./task-state.ts";

/**
 * The topics that a commit may concern, and who listens.
 *
 * - `downloads`: one may be due, or may begin now that a site, a slot or disk space is free or a process is
 *   registered. Workers.
 * - `deliveries`: one may be due. Senders, and workers that deliver.
 * - `leases`: a task in work was canceled or taken away, or its recording is to end. Those that hold leases.
 * - `ends`: tasks ended or were deleted, and may have left files. Cleanups.
 * - `changes`: a task changed. Watchers.
 * - `access`: a token was made or revoked. Those that check tokens.
 */
export const topics = ["downloads", "deliveries", "leases", "ends", "changes", "access"] as const;

export type Topic = (typeof topics)[number];

/** The topics of each event of a task's life, beside `changes`. */
export const topicsOf: Readonly<Record<TaskEvent, readonly Topic[]>> = {
  claim: [],
  // The site may begin another download.
  downloaded: ["deliveries", "downloads"],
  requeued: ["deliveries", "downloads"],
  expanded: ["downloads", "ends"],
  // The files leave the disk.
  delivered: ["downloads", "ends"],
  restarted: ["downloads", "ends"],
  failed: ["downloads", "ends"],
  canceled: ["downloads", "ends", "leases"],
  retried: ["downloads"],
  resent: ["deliveries"],
};
