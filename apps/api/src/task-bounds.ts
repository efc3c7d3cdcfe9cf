import type { Configuration } from "@dwld/daemon";
import { deliveryDeadline, downloadBounds, type TaskRow } from "@dwld/queue";

/** How long and how often a task is tried; empty where nothing is tried any more. */
export type TaskBounds = {
  /** Of attempts to download. */
  readonly attemptLimit?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly giveUpAtMs?: number | undefined;
};

const hourMs = 3_600_000;

/** What the worker and the sender go by, as the configuration has it. */
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
