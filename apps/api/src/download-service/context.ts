import type { Logger } from "@dwld/daemon";
import type { Database, TaskRow } from "@dwld/queue";
import type { ProgressReader } from "../live-progress.ts";
import type { KnownPath } from "../destination.ts";
import type { DiskSpace } from "../machine/disk-gauge.ts";
import type { BotStatus } from "../registration/bot-registration.ts";
import type { Reading } from "../machine/sensors.ts";
import type { TaskBounds } from "../task-bounds.ts";
import type { WaitReader } from "../wait/wait-reader.ts";
import type { TaskFeed } from "../watch/task-feed.ts";

/** What the methods work with. */
export type ServiceContext = {
  database: Database;
  cache: ProgressReader;
  feed: TaskFeed;
  /** Both answer within some 30 ms, with what they have, unless somebody has more patience. */
  sensors: { read(): Promise<Reading[]> };
  disk: { read(timeoutMs?: number): Promise<DiskSpace | undefined> };
  /** The worker downloads nothing new with less free, or with more that waits for its delivery. */
  space: { readonly minFreeBytes: number; readonly maxWaitingBytes?: number };
  /** By name: a link is of the site whose host it is on. */
  sites: Readonly<Record<string, { readonly hosts: readonly string[] }>>;
  /** How we stand with the bots that we are registered with. */
  bots: () => BotStatus[];
  boundsOf: (row: TaskRow) => TaskBounds;
  waits: WaitReader;
  /** The ladder of a site's stages, as it is configured. */
  stagesOf: (site: string) => readonly string[];
  /** The path at which the files of such a task would arrive. */
  pathOf: (task: KnownPath) => string;
  /** Where files go; empty where they stay. */
  destination: string;
  version: string;
  logger: Logger;
  /** Aborted when the server shuts down: streams end. */
  stopping: AbortSignal;
  /** Milliseconds since the epoch. */
  now: () => number;
};
