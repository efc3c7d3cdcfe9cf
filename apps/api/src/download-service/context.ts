import type { Logger } from "@dwld/daemon";
import type { Database, TaskRow } from "@dwld/queue";
import type { TokenTable } from "../access/token-table.ts";
import type { ProgressReader } from "../messages/live-progress.ts";
import type { PathOf } from "../messages/destination.ts";
import type { LocalFiles } from "../machine/local-files.ts";
import type { DiskSpace } from "../machine/disk-gauge.ts";
import type { BotStatus } from "../registration/bot-registration.ts";
import type { Reading } from "../machine/sensors.ts";
import type { TaskBounds } from "../messages/task-bounds.ts";
import type { Limits } from "../limits/limits.ts";
import type { Notify } from "../notify/notify.ts";
import type { Seal } from "../rules/seal.ts";
import type { WaitReader } from "../wait/wait-reader.ts";
import type { TaskFeed } from "../watch/task-feed.ts";

/** All that the methods use; each of them takes its own part. */
export type ServiceContext = {
  database: Database;
  tokens: TokenTable;
  /** Seals page tokens and revisions. */
  seal: Seal;
  cache: ProgressReader;
  feed: TaskFeed;
  /** Sensors and disk answer within some 30 ms with what they have. */
  sensors: { read(): Promise<Reading[]> };
  disk: { read(timeoutMs?: number): Promise<DiskSpace | undefined> };
  /** Bounds beyond which the worker downloads nothing new. */
  diskBounds: { readonly minFreeBytes: number; readonly maxWaitingBytes?: number };
  /** The sites of the configuration, by name; a link belongs to the site of its host. */
  sites: Readonly<Record<string, { readonly hosts: readonly string[] }>>;
  /** Returns the state of each registration with a bot. */
  bots: () => BotStatus[];
  boundsOf: (row: TaskRow) => TaskBounds;
  localFiles: LocalFiles;
  waits: WaitReader;
  limits: Limits;
  notify: Pick<Notify, "taskUrls" | "targetNames" | "tryTargets">;
  /** Returns the configured ladder of a site. */
  stagesOf: (site: string) => readonly string[];
  /** Returns the path at which the files of such a task would arrive. */
  pathOf: PathOf;
  /** Where files go; empty if they stay on this machine. */
  destination: string;
  /** The name of this host in the table. */
  host: string;
  version: string;
  logger: Logger;
  /** Aborted when the server shuts down: streams end. */
  stopping: AbortSignal;
  /** Milliseconds since the epoch. */
  now: () => number;
};
