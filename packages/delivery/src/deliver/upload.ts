import type { FtpSettings } from "@dwld/daemon";
import type { Database, FileRow, Lease } from "@dwld/queue";
import type { Destination, Session } from "../destination/destination.ts";

/** What the operator decides of every delivery. */
export type DeliveryRules = Pick<FtpSettings, "directory" | "path" | "conflict" | "verify">;

/** What the steps of delivering one file share. */
export type Upload = {
  database: Database;
  lease: Lease;
  destination: Destination;
  session: Session;
  rules: DeliveryRules;
  file: FileRow;
  /** Which of the task's files it is; the same in each attempt. */
  number: number;
  /** The path on the server that it has as its nth copy, from 1. */
  pathOf: (copy: number) => string;
  /** The first that is tried. */
  firstCopy: number;
  /** Files whose upload stalled, by their `seq`, and with how many bytes it had begun. */
  stalledAt: Map<number, number>;
  signal: AbortSignal;
  now: () => number;
  /** Bytes of this file that are done in a step, "upload" or "verify". */
  onProgress: (doneBytes: number, step: string) => void;
  /** What this run has made on the server and is no delivered copy; kept up to date. */
  created: Set<string>;
  /** Files whose sources are gone; the caller records it together with the task's end, in one commit. */
  deleted: FileRow[];
};
