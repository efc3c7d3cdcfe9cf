import type { ColumnType, Generated, Selectable } from "kysely";
import type { LanesTable, NoticesTable, OutboxTable } from "./schema-of-notices.ts";
import type { CookieFileRow, FileToRemove, HostsTable, ProcessesTable } from "./schema-of-hosts.ts";
import type { YtdlpCheckRow, YtdlpResultRow, YtdlpVersionRow } from "./schema-of-ytdlp.ts";
import type { TaskState } from "./task-state.ts";
import type { Topic } from "./topics.ts";

/** Times are milliseconds since the epoch; booleans are 0 and 1. */
export type Schema = {
  tasks: TasksTable;
  requests: RequestsTable;
  attempts: AttemptsTable;
  /** The picture of a task, at most 32 KiB. */
  thumbnails: { task_seq: number; jpeg: Buffer };
  files: FilesTable;
  remote_parts: RemotePartsTable;
  sites: SitesTable;
  stage_results: StageResultsTable;
  cookie_files: CookieFileRow;
  processes: ProcessesTable;
  hosts: HostsTable;
  files_to_remove: FileToRemove;
  ytdlp_versions: YtdlpVersionRow;
  ytdlp_checks: WithDefaults<YtdlpCheckRow, "newest" | "succeeded_at">;
  ytdlp_results: YtdlpResultRow;
  tombstones: TombstonesTable;
  tokens: TokensTable;
  /** Random bytes of this table: `seal` is the key of page tokens and revisions. */
  secrets: { name: "seal"; value: Buffer };
  /** The bytes that were downloaded for a chat, by hours since the epoch. Kept for a day, and only with a limit. */
  chat_bytes: { hour: number; chat_id: string; bytes: number };
  ended_tasks: EndedTasksRow;
  notices: NoticesTable;
  lanes: LanesTable;
  outbox: OutboxTable;
  /** The links that were imported from another program, by key. */
  imported_links: { key: string; imported_at: number };
  /** The number of tasks of each state, and of notifications of each topic, among others. */
  counters: { name: CounterName | TaskState | Topic; value: number };
};

/** Columns that an INSERT may leave out. */
type WithDefaults<Row, Key extends keyof Row> = Omit<Row, Key> & { [Name in Key]: Generated<Row[Name]> };

/** How many tasks ended alike in an hour. A trigger counts each end; no deletion of a task changes them. */
export type EndedTasksRow = {
  /** Hours since the epoch. */
  hour: number;
  chat_id: string;
  site: string;
  /** Empty: they arrived. */
  failure_class: string;
  /** The stage of the last attempt; empty: there was none, or the row is from before stages were counted. */
  stage: string;
  /** "/": of further users, since the chat has 200 rows in this hour. Empty: no user was named, or the row is from before users were counted. */
  user_name: string;
  tasks: number;
  /** The files of those that arrived. */
  bytes: number;
  /** The time from the first attempt of the round to the end, summed over the tasks. */
  duration_ms: number;
};

type CounterName = "seq" | "revision" | "forgotten_revision" | "served_rank" | "sent_rank" | "identity";

type TasksTable = {
  /** Never reused: page tokens stay stable. */
  seq: Generated<number>;
  /** UUIDv7. The id in the contract. */
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
  /** Only `transition` changes it: no other update compiles. */
  state: ColumnType<TaskState, TaskState | undefined, never>;
  /** The time before which the task is not due; null: it is due. */
  not_before: number | null;
  /** When it last became due for the work that it waits for, or will; since then it waits for its turn. */
  due_at: Generated<number>;
  /** When it began to wait for its delivery; null: it never did. */
  ready_at: Generated<number | null>;
  /**
   * The host on which its files were downloaded. Empty until it waits for its delivery, and for what waited before hosts
   * had names.
   */
  host: Generated<string>;
  /** Its place in the line for downloads, or in that for deliveries: see `rank.ts`. */
  rank: number;
  /** The lease's token; null: nobody holds the task. */
  owner: Generated<string | null>;
  /** The registered process that holds the lease. */
  process_id: Generated<string | null>;
  /** 1: deleted while a process still held it. Only that process sees it. */
  hidden: Generated<number>;
  title: Generated<string>;
  duration_seconds: Generated<number | null>;
  width: Generated<number | null>;
  height: Generated<number | null>;
  /** 1: the task has a row in `thumbnails`. */
  has_thumbnail: Generated<number>;
  /** Raised by each retry by hand; stages and attempts are counted within it. */
  round: Generated<number>;
  /** The number of attempts to download that count: see `AttemptBounds`. */
  attempt_count: Generated<number>;
  /** When the first attempt of the round failed, or a later start that the site named; null: none has failed. */
  tried_since: Generated<number | null>;
  delivery_attempt_count: Generated<number>;
  /** The number of owners in a row that died with it while it got no further. */
  interruption_count: Generated<number>;
  child_count: Generated<number>;
  failure_class: Generated<string | null>;
  failure_message: Generated<string | null>;
  /** JSON of `Texts`. */
  advice_texts: Generated<string | null>;
  /** JSON of `Texts`: how the result differs from what was asked for. Null: it does not. */
  remark_texts: Generated<string | null>;
  /** 1: a person wants what was recorded of a live stream so far, and no more. */
  finish_requested: Generated<number>;
  /** The space that the download takes in all, as far as an attempt knows. */
  expected_bytes: Generated<number | null>;
  /** The free space for which it waits; null: it does not wait for space. */
  required_free_bytes: Generated<number | null>;
  /** JSON of the last known progress, which is shown while the cache is away. */
  progress: Generated<string | null>;
  /** Raised by every change except that of progress. */
  revision: Generated<number>;
  created_at: number;
  updated_at: number;
  finished_at: Generated<number | null>;
};

/** The task with which a request id was answered. */
type RequestsTable = { chat_id: string; request_id: string; task_seq: number };

type AttemptsTable = {
  seq: Generated<number>;
  id: string;
  task_seq: number;
  round: number;
  number: number;
  stage: string;
  /** Where its parts and its process group are; empty: it is from before hosts had names. */
  host: Generated<string>;
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
  /** JSON of the `ProcessIdentity` of the leader of its process group, for the next owner of the task. */
  process_group: Generated<string | null>;
  /** The operator's cookie file of which it had a copy; null: none. */
  cookie_file: Generated<string | null>;
  /** JSON of `Texts`: what became of its files or its parts afterwards. Null: nothing that a person has to know. */
  remark_texts: Generated<string | null>;
};

type FilesTable = {
  seq: Generated<number>;
  task_seq: number;
  /** The host on which it was downloaded. */
  host: string;
  name: string;
  size_bytes: number;
  sha256: string;
  /** Null: the source was deleted. */
  local_path: string | null;
  /** "ftp://host:port": the server on which `remote_path` is reserved. */
  destination: Generated<string | null>;
  remote_path: Generated<string | null>;
  /** 0: the name belongs to another file's copy, too, or to one that replaced this file's. */
  holds_name: Generated<number>;
  delivered_at: Generated<number | null>;
  /** How the copy was verified, in words: see `File.verified_by` of the contract. */
  verified_by: Generated<string | null>;
};

/** A temporary file on a server. */
type RemotePartsTable = {
  destination: string;
  path: string;
  /** The file's row may be deleted already. */
  file_seq: number;
  /** Null: the delivery of the file may continue with it. A time: it is to be removed, and not before. */
  remove_after: Generated<number | null>;
  /** The number of failed removals. */
  removals: Generated<number>;
};

type SitesTable = {
  name: string;
  /** The number of due tasks and of downloads in work, which triggers keep. */
  due: Generated<number>;
  running: Generated<number>;
  /** The number of downloads at once; null: the default. */
  parallel: Generated<number | null>;
  paused_until: Generated<number>;
  /** When `paused_until` was written. */
  paused_at: Generated<number>;
  /** The failure class of its last pause, until the site answers; empty: it answers. */
  pause_reason: Generated<string>;
  /** The number of pauses in a row. Above 0, one task at a time probes. */
  pause_level: Generated<number>;
  /** The number of tasks in a row that met a login wall. */
  login_walls: Generated<number>;
  /** When the last download started, and the milliseconds that the next one has to wait after that. */
  started_at: Generated<number>;
  start_interval_ms: Generated<number>;
};

type StageResultsTable = {
  site: string;
  stage: string;
  successes: Generated<number>;
  failures: Generated<number>;
  succeeded_at: Generated<number | null>;
  failed_at: Generated<number | null>;
};

type TombstonesTable = {
  id: string;
  chat_id: string;
  revision: number;
  deleted_at: number;
};

export type TokensTable = {
  /** The part of its text that is no secret. */
  id: string;
  name: string;
  /** SHA-256 of its text, in base64url. */
  hash: string;
  role: "admin" | "user" | "viewer";
  /** JSON array; empty: every chat. */
  chats: string;
  created_at: number;
  /** null: never. */
  expires_at: number | null;
  /** Up to a minute old; null: it was never used. */
  used_at: Generated<number | null>;
  /** null: it is in force. */
  revoked_at: Generated<number | null>;
  /** The id of the token whose session it is; null: it is a token itself. */
  session_of: Generated<string | null>;
};

export type TaskRow = Selectable<TasksTable>;
export type AttemptRow = Selectable<AttemptsTable>;
export type FileRow = Selectable<FilesTable>;
export type SiteRow = Selectable<SitesTable>;
export type StageResultRow = Selectable<StageResultsTable>;
