import type { Generated, Selectable } from "kysely";

/** The tables of the machines that share the task table. */

/** A machine with a data folder: see `HostName`. The row with an empty name is for files from before hosts had names. */
export type HostsTable = {
  name: string;
  /** The name of its folder for downloads, if other hosts have it too; empty: it is this host's alone. */
  shared: Generated<string>;
  first_seen_at: number;
  /** A time by the host's own clock, for people: nothing is decided by it. */
  seen_at: number;
  /** Counts the heartbeats of its processes. */
  heartbeat: Generated<number>;
  /** For how long others have seen no heartbeat of it, by their monotonic clocks. */
  silent_ms: Generated<number>;
  /** Its folder for downloads, and the disk of that, as its worker last told. */
  downloads: Generated<string>;
  free_bytes: Generated<number | null>;
  total_bytes: Generated<number | null>;
  /** The tasks of this host that wait for their delivery, and their bytes, which triggers keep. */
  waiting_tasks: Generated<number>;
  waiting_bytes: Generated<number>;
  /** When it was declared gone; null: it is expected to come back. */
  forgotten_at: Generated<number | null>;
};

export type ProcessesTable = {
  id: string;
  app: string;
  host: string;
  pid: number;
  /** JSON of `ProcessIdentity`. */
  identity: string;
  version: string;
  started_at: number;
  /** Counts up while the process lives. It does not depend on any clock. */
  heartbeat: Generated<number>;
  seen_at: number;
  /** JSON of `Troubles`. */
  troubles: Generated<string>;
  ytdlp_version: Generated<string>;
  /** JSON of `WorkerWalls`, or null. */
  walls: Generated<string>;
  /** The id of its data folder. */
  data_id: Generated<string>;
  /** JSON of the limits of sites in its configuration; empty: it is no worker. */
  site_limits: Generated<string>;
};

/** The results of a file of cookies. */
export type CookieFileRow = {
  host: string;
  /** Absolute. */
  path: string;
  /** A stamp of its content: with another content, nothing of this row is true any more. */
  stamp: string;
  /** When a run with this content last succeeded; null: never. */
  succeeded_at: number | null;
  /** The number of refusals in a row. */
  refusals: number;
  /** When it was set aside; null: it is used. */
  set_aside_at: number | null;
  /** The failure class of the last refusal; empty: none. */
  failure_class: string;
};

/** A file of a deleted task, for its host to remove. An empty host: it is from before hosts had names. */
export type FileToRemove = { host: string; path: string };

export type HostRow = Selectable<HostsTable>;
export type ProcessRow = Selectable<ProcessesTable>;
