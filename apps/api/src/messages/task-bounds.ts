import { type Configuration, deliveryOf } from "@dwld/daemon";
import { deliveryDeadline, downloadBounds, type TaskRow } from "@dwld/queue";

/** How long and how often a task is tried; empty if it is not tried any more. */
export type TaskBounds = {
  /** Limit of attempts to download. */
  readonly attemptLimit?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly giveUpAtMs?: number | undefined;
};

/** Returns a function for the bounds by which workers and senders give a task up. */
export function boundsBy(
  configuration: Pick<Configuration, "sites" | "defaultSite" | "ftp" | "worker">,
): (row: TaskRow) => TaskBounds {
  return (row) => {
    switch (row.state) {
      case "QUEUED":
      case "DOWNLOADING":
        return downloadBounds(row, configuration);
      case "READY_TO_SEND":
      case "SENDING":
        return { giveUpAtMs: deliveryDeadline(row, deliveryOf(configuration).giveUpAfterMs) };
      default:
        return {};
    }
  };
}
