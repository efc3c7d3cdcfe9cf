import type { Configuration } from "@dwld/daemon";
import type { Database } from "@dwld/queue";
import type { ProgressReader } from "../live-progress.ts";
import type { DiskGauge } from "../disk-gauge.ts";
import type { Sensors } from "../sensors.ts";
import type { TaskFeed } from "../watch/task-feed.ts";

/** What the methods work with. */
export type ServiceContext = {
  database: Database;
  cache: ProgressReader;
  feed: TaskFeed;
  sensors: Sensors;
  disk: DiskGauge;
  sites: Configuration["sites"];
  /** Where files go; empty where they stay. */
  destination: string;
  version: string;
  /** Aborted when the server shuts down: streams end. */
  stopping: AbortSignal;
  /** Milliseconds since the epoch. */
  now: () => number;
};
