import type { Dwld, FtpServer, SampleSite } from "@dwld/testbed";
import type { Lane } from "./faults/fault-injection.ts";
import type { OrphanWatch } from "./faults/orphan-watch.ts";
import type { TaskTable } from "./task-table.ts";

/** A system under test, the servers around it, and what can happen to them. */
export type World = AsyncDisposable & {
  sites: readonly SampleSite[];
  /** The downloads of one site that may be in work at once. */
  siteParallel: number;
  ftp: FtpServer;
  table: TaskTable;
  /** One for each api. */
  clients: readonly Dwld["client"][];
  /** Returns where a path of the table may be on this disk: each machine has its own. */
  placesOf(path: string): string[];
  /** The data folders. */
  data(): string[];
  lanes: readonly Lane[];
  orphans: OrphanWatch;
  /** Ends all processes of dwld in order, and returns those that stay. */
  end(): Promise<string[]>;
};

/** Rows of the sample sites: the videos that can be asked for, and how their server behaves. */
export const rows = [
  { name: "small", sizeBytes: 60_000 },
  { name: "large", sizeBytes: 900_000, throttleBytesPerSecond: 400_000 },
  { name: "stream", format: "hls", seconds: 4 },
  { name: "breaking", sizeBytes: 300_000, dropAtByte: 150_000, dropTimes: 10 },
  { name: "removed", page: { kind: "status", status: 404 } },
] as const;

export type Row = (typeof rows)[number]["name"];
