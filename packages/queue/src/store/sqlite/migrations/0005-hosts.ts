import { hostname } from "node:os";
import { type Kysely, sql } from "kysely";

/** Conditions on a row: a task that waits for its delivery, and a file of it that is not delivered. */
const waits = (row: "OLD" | "NEW" | "tasks") => sql.raw(`(${row}.state IN ('READY_TO_SEND','SENDING'))`);
const isLeft = (row: "OLD" | "NEW" | "files") =>
  sql.raw(`(${row}.local_path IS NOT NULL AND ${row}.delivered_at IS NULL)`);
const bytesOf = (row: "OLD" | "NEW" | "tasks") => sql`
  (SELECT coalesce(sum(size_bytes), 0) FROM files WHERE task_seq = ${sql.raw(row)}.seq AND ${isLeft("files")})`;
/** The host of a file's task, if that waits for its delivery. */
const waitsOn = (row: "OLD" | "NEW") =>
  sql`(SELECT host FROM tasks WHERE seq = ${sql.raw(row)}.task_seq AND ${waits("tasks")})`;

const nowMs = sql`CAST(unixepoch('subsec') * 1000 AS INTEGER)`;

/** Frozen once released. schema.ts explains the columns. */
const tables = [
  sql`CREATE TABLE hosts (
    name TEXT PRIMARY KEY,
    shared TEXT NOT NULL DEFAULT '',
    first_seen_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    heartbeat INTEGER NOT NULL DEFAULT 0,
    silent_ms INTEGER NOT NULL DEFAULT 0,
    downloads TEXT NOT NULL DEFAULT '',
    free_bytes INTEGER,
    total_bytes INTEGER,
    waiting_tasks INTEGER NOT NULL DEFAULT 0,
    waiting_bytes INTEGER NOT NULL DEFAULT 0,
    forgotten_at INTEGER
  ) STRICT, WITHOUT ROWID`,
  sql`ALTER TABLE processes ADD COLUMN data_id TEXT NOT NULL DEFAULT ''`,
  sql`ALTER TABLE processes ADD COLUMN site_limits TEXT NOT NULL DEFAULT ''`,
  sql`ALTER TABLE attempts ADD COLUMN host TEXT NOT NULL DEFAULT ''`,
  sql`ALTER TABLE attempts ADD COLUMN remark_texts TEXT`,

  sql`CREATE TABLE files_to_remove (
    host TEXT NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (host, path)
  ) STRICT, WITHOUT ROWID`,
  sql`INSERT INTO files_to_remove (host, path)
    SELECT DISTINCT '', paths.value FROM tombstones, json_each(tombstones.remove_paths) AS paths`,
  sql`ALTER TABLE tombstones DROP COLUMN remove_paths`,

  sql`CREATE TABLE cookie_files_of_hosts (
    host TEXT NOT NULL,
    path TEXT NOT NULL,
    stamp TEXT NOT NULL,
    succeeded_at INTEGER,
    refusals INTEGER NOT NULL,
    set_aside_at INTEGER,
    failure_class TEXT NOT NULL,
    PRIMARY KEY (host, path)
  ) STRICT, WITHOUT ROWID`,
  sql`INSERT INTO cookie_files_of_hosts
    SELECT ${sql.lit(hostname())}, path, stamp, succeeded_at, refusals, set_aside_at, failure_class FROM cookie_files`,
  sql`DROP TABLE cookie_files`,
  sql`ALTER TABLE cookie_files_of_hosts RENAME TO cookie_files`,
];

const triggers = [
  sql`DROP TRIGGER tasks_legal_transition`,
  // Only the edges of the state table.
  sql`CREATE TRIGGER tasks_legal_transition BEFORE UPDATE OF state ON tasks
    WHEN OLD.state || '>' || NEW.state NOT IN (
      'QUEUED>DOWNLOADING','QUEUED>CANCELED',
      'DOWNLOADING>READY_TO_SEND','DOWNLOADING>DONE','DOWNLOADING>QUEUED','DOWNLOADING>FAILED','DOWNLOADING>CANCELED',
      'READY_TO_SEND>SENDING','READY_TO_SEND>QUEUED','READY_TO_SEND>FAILED','READY_TO_SEND>CANCELED',
      'SENDING>DONE','SENDING>READY_TO_SEND','SENDING>FAILED','SENDING>CANCELED',
      'FAILED>QUEUED','FAILED>READY_TO_SEND','CANCELED>QUEUED')
    BEGIN SELECT RAISE(ABORT, 'illegal change of a task''s state'); END`,

  // The tasks on each host's disk that wait for their delivery, and their bytes.
  sql`DROP TRIGGER tasks_waiting_bytes_update`,
  sql`DROP TRIGGER tasks_waiting_bytes_delete`,
  sql`DROP TRIGGER files_waiting_bytes_insert`,
  sql`DROP TRIGGER files_waiting_bytes_update`,
  sql`DROP TRIGGER files_waiting_bytes_delete`,
  sql`CREATE TRIGGER tasks_begin_to_wait AFTER UPDATE OF state ON tasks WHEN ${waits("NEW")} AND NOT ${waits("OLD")} BEGIN
    INSERT INTO hosts (name, first_seen_at, seen_at, waiting_tasks, waiting_bytes)
      VALUES (NEW.host, NEW.updated_at, NEW.updated_at, 1, ${bytesOf("NEW")})
      ON CONFLICT DO UPDATE SET waiting_tasks = waiting_tasks + 1, waiting_bytes = waiting_bytes + excluded.waiting_bytes;
  END`,
  sql`CREATE TRIGGER tasks_wait_no_more AFTER UPDATE OF state ON tasks WHEN ${waits("OLD")} AND NOT ${waits("NEW")} BEGIN
    UPDATE hosts SET waiting_tasks = waiting_tasks - 1, waiting_bytes = waiting_bytes - ${bytesOf("OLD")}
      WHERE name = OLD.host;
  END`,
  sql`CREATE TRIGGER tasks_waiting_deleted BEFORE DELETE ON tasks WHEN ${waits("OLD")} BEGIN
    UPDATE hosts SET waiting_tasks = waiting_tasks - 1, waiting_bytes = waiting_bytes - ${bytesOf("OLD")}
      WHERE name = OLD.host;
  END`,
  sql`CREATE TRIGGER files_waiting_inserted AFTER INSERT ON files WHEN ${isLeft("NEW")} BEGIN
    UPDATE hosts SET waiting_bytes = waiting_bytes + NEW.size_bytes WHERE name = ${waitsOn("NEW")};
  END`,
  sql`CREATE TRIGGER files_waiting_updated AFTER UPDATE OF size_bytes, local_path, delivered_at ON files
    WHEN ${isLeft("OLD")} OR ${isLeft("NEW")} BEGIN
    UPDATE hosts SET waiting_bytes = waiting_bytes - OLD.size_bytes * ${isLeft("OLD")} + NEW.size_bytes * ${isLeft("NEW")}
      WHERE name = ${waitsOn("NEW")};
  END`,
  sql`CREATE TRIGGER files_waiting_deleted AFTER DELETE ON files WHEN ${isLeft("OLD")} BEGIN
    UPDATE hosts SET waiting_bytes = waiting_bytes - OLD.size_bytes WHERE name = ${waitsOn("OLD")};
  END`,

  // When nobody delivers a task any more, its temporary files on a server are to be removed, and its names are free.
  sql`DROP TRIGGER tasks_delivery_ended`,
  sql`CREATE TRIGGER tasks_delivery_ended AFTER UPDATE OF state, owner ON tasks
    WHEN NEW.owner IS NULL
      AND (NEW.state IN ('DONE','FAILED','CANCELED') OR (OLD.state = 'READY_TO_SEND' AND NEW.state = 'QUEUED')) BEGIN
    UPDATE remote_parts SET remove_after = 0
      WHERE remove_after IS NULL AND file_seq IN (SELECT seq FROM files WHERE task_seq = NEW.seq);
    UPDATE files SET destination = NULL, remote_path = NULL
      WHERE task_seq = NEW.seq AND delivered_at IS NULL AND remote_path IS NOT NULL;
  END`,
];

/** Until now, one host had the table. Its tasks wait under no name, so that they stay within its reach under any. */
const rows = [
  sql`DELETE FROM counters WHERE name = 'waiting_bytes'`,
  sql`UPDATE tasks SET host = '' WHERE state IN ('READY_TO_SEND','SENDING')`,
  sql`INSERT INTO hosts (name, first_seen_at, seen_at, waiting_tasks, waiting_bytes)
    SELECT '', ${nowMs}, ${nowMs}, count(*), coalesce(sum(${bytesOf("tasks")}), 0) FROM tasks WHERE ${waits("tasks")}`,
  sql`INSERT INTO hosts (name, first_seen_at, seen_at)
    SELECT DISTINCT host, ${nowMs}, ${nowMs} FROM files WHERE ${isLeft("files")} AND host <> ''`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of [...tables, ...triggers, ...rows]) await statement.execute(database);
}
