import type { ColumnType, Generated, Selectable } from "kysely";
import type { TaskState } from "./task-state.ts";

/** Times are milliseconds since the epoch; booleans are 0 and 1. */
export type Schema = {
  tasks: TasksTable;
  requests: RequestsTable;
  attempts: AttemptsTable;
  files: FilesTable;
  remote_parts: RemotePartsTable;
  sites: SitesTable;
  stage_results: StageResultsTable;
  cookie_files: CookieFileRow;
  processes: ProcessesTable;
  tallies: { state: TaskState; count: number };
  tombstones: TombstonesTable;
  /** What was taken over from another program, by its key. */
  imported_links: { key: string; imported_at: number };
  counters: { name: "revision" | "forgotten_revision" | "served_rank" | "identity" | "waiting_bytes"; value: number };
};

type TasksTable = {
  /** Never reused: page tokens stay stable. */
  seq: Generated<number>;
  /** UUIDv7: the id outside. */
  id: string;
  parent_id: Generated<string | null>;
  chat_id: string;
  request_id: string | null;
  /** Equal for equal requests; unique among tasks that are not final. */
  request_hash: string;
  link: string;
  site: string;
  user_name: string;
  folder: string;
  target_quality: number;
  /** JSON of `TaskOptions`. */
  options: string;
  /** Changed by `transition` alone: no other update compiles. */
  state: ColumnType<TaskState, TaskState | undefined, never>;
  /** Null: due. A time: not before it. */
  not_before: number | null;
  /** Since when it waits for its delivery; null where it never did. */
  ready_at: Generated<number | null>;
  /** The machine its files lie on; empty until it waits for its delivery. */
  host: Generated<string>;
  /** Its place in its chat's own line, in turns; the lowest of all chats is claimed first. */
  rank: number;
  /** The lease's token; null where nobody holds the task. */
  owner: Generated<string | null>;
  /** Who holds the lease. */
  process_id: Generated<string | null>;
  /** 1: deleted while somebody still held it; seen by its owner alone. */
  hidden: Generated<number>;
  title: Generated<string>;
  duration_seconds: Generated<number | null>;
  width: Generated<number | null>;
  height: Generated<number | null>;
  /** Raised by each retry by hand; stages and attempts are counted within it. */
  round: Generated<number>;
  /** Attempts to download that count: see `AttemptBounds`. */
  attempt_count: Generated<number>;
  /** When the first attempt of the round failed, or a later start that the site named; null: none has failed. */
  tried_since: Generated<number | null>;
  delivery_attempt_count: Generated<number>;
  /** How many owners in a row have died with it, while it got no further. */
  interruption_count: Generated<number>;
  child_count: Generated<number>;
  failure_class: Generated<string | null>;
  failure_message: Generated<string | null>;
  /** JSON of `Texts`. */
  advice_texts: Generated<string | null>;
  /** JSON of `Texts`: how the result differs from what was asked for. Null: it does not. */
  remark_texts: Generated<string | null>;
  /** 1: somebody wants what was recorded of a live stream so far, and no more. */
  finish_requested: Generated<number>;
  /** What the download takes on the disk in all, as far as an attempt has learned it. */
  expected_bytes: Generated<number | null>;
  /** It waits until so much room is there; null: it does not wait for room. */
  required_free_bytes: Generated<number | null>;
  /** JSON of the last known progress: what is shown while the cache is away. */
  progress: Generated<string | null>;
  /** Raised by every change but that of progress. */
  revision: Generated<number>;
  created_at: number;
  updated_at: number;
  finished_at: Generated<number | null>;
};

/** Which task a request id was answered with. */
type RequestsTable = { chat_id: string; request_id: string; task_seq: number };

type AttemptsTable = {
  seq: Generated<number>;
  id: string;
  task_seq: number;
  round: number;
  number: number;
  stage: string;
  started_at: number;
  ended_at: Generated<number | null>;
  outcome: Generated<"succeeded" | "failed" | "interrupted" | null>;
  failure_class: Generated<string | null>;
  failure_message: Generated<string | null>;
  /** JSON of `Texts`. */
  advice_texts: Generated<string | null>;
  exit_code: Generated<number | null>;
  signal: Generated<string | null>;
  downloaded_bytes: Generated<number>;
  ytdlp_version: string;
  stderr_tail: Generated<string>;
  /** JSON of the `ProcessIdentity` of its process group's leader, for whoever takes the task over. */
  process_group: Generated<string | null>;
  /** The operator's file that it had a copy of; null: none. */
  cookie_file: Generated<string | null>;
};

type FilesTable = {
  seq: Generated<number>;
  task_seq: number;
  /** The machine it lies on. */
  host: string;
  name: string;
  size_bytes: number;
  sha256: string;
  /** Null once the source was deleted. */
  local_path: string | null;
  /** "ftp://host:port": the server on which `remote_path` is reserved. */
  destination: Generated<string | null>;
  remote_path: Generated<string | null>;
  /** 0: what has that name is another file's copy too, or has taken the place of this one's. */
  holds_name: Generated<number>;
  delivered_at: Generated<number | null>;
  /** How the copy was verified, in words: see `File.verified_by` of the contract. */
  verified_by: Generated<string | null>;
};

/** What was begun on a server under a temporary name. */
type RemotePartsTable = {
  destination: string;
  path: string;
  /** The file may be forgotten already. */
  file_seq: number;
  /** Null: the file's delivery may go on with it. A time: it is to be removed, and not before that. */
  remove_after: Generated<number | null>;
  /** How often that failed. */
  removals: Generated<number>;
};

type SitesTable = {
  name: string;
  /** Tasks that are due, and tasks in download: kept by triggers. */
  due: Generated<number>;
  running: Generated<number>;
  /** At most so many at once; null: the default. */
  parallel: Generated<number | null>;
  paused_until: Generated<number>;
  /** When that was written. */
  paused_at: Generated<number>;
  /** The failure class that it was paused for last, until it answers; empty: it answers. */
  pause_reason: Generated<string>;
  /** How often in a row it was paused; above 0, one task at a time probes. */
  pause_level: Generated<number>;
  /** How many tasks in a row met a login wall. */
  login_walls: Generated<number>;
  /** When the last download started, and how long the next one has to wait after that. */
  started_at: Generated<number>;
  start_interval_ms: Generated<number>;
};

/** What the sites said to the cookies of a file. */
export type CookieFileRow = {
  /** Absolute. */
  path: string;
  /** Of its content, when this was written down: with another one, nothing of it is true any more. */
  stamp: string;
  /** When a run with this content last succeeded; null: never. */
  succeeded_at: number | null;
  /** In a row, without a success between them. */
  refusals: number;
  /** Since when it is not used any more; null: it is. */
  set_aside_at: number | null;
  /** Of the last refusal; empty: none. */
  failure_class: string;
};

type StageResultsTable = {
  site: string;
  stage: string;
  successes: Generated<number>;
  failures: Generated<number>;
  succeeded_at: Generated<number | null>;
  failed_at: Generated<number | null>;
};

type ProcessesTable = {
  id: string;
  app: string;
  host: string;
  pid: number;
  /** JSON of `ProcessIdentity`. */
  identity: string;
  version: string;
  started_at: number;
  /** Counts up while the process lives: a clock that no clock jump moves. */
  heartbeat: Generated<number>;
  seen_at: number;
  /** JSON of `Troubles`. */
  troubles: Generated<string>;
  ytdlp_version: Generated<string>;
};

type TombstonesTable = {
  id: string;
  revision: number;
  deleted_at: number;
  /** JSON array of local paths that go with the task. */
  remove_paths: string;
};

export type TaskRow = Selectable<TasksTable>;
export type AttemptRow = Selectable<AttemptsTable>;
export type FileRow = Selectable<FilesTable>;
export type ProcessRow = Selectable<ProcessesTable>;
export type SiteRow = Selectable<SitesTable>;
export type StageResultRow = Selectable<StageResultsTable>;
