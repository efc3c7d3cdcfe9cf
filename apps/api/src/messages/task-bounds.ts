import type { Configuration } from "@dwld/daemon";
import { deliveryDeadline, downloadBounds, type TaskRow } from "@dwld/queue";

/** How long and how often a task is tried; empty if it is not tried any more. */
export type TaskBounds = {
  /** Limit of attempts to download. */
  readonly attemptLimit?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly giveUpAtMs?: number | undefined;
};

const hourMs = 3_600_000;

/** Returns a function for the bounds by which workers and senders give a task up. */
export function boundsBy(
  configuration: Pick<Configuration, "sites" | "defaultSite" | "ftp">,
): (row: TaskRow) => TaskBounds {
  const { ftp } = configuration;
  return (row) => {
    switch (row.state) {
      case "QUEUED":
      case "DOWNLOADING":
        return downloadBounds(row, configuration);
      case "READY_TO_SEND":
      case "SENDING":
        return ftp === undefined ? {} : { giveUpAtMs: deliveryDeadline(row, ftp.giveUpAfterHours * hourMs) };
      default:
        return {};
    }
  };
}
