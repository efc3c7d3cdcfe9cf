import { type Kysely, sql } from "kysely";

/** Conditions on a row in a trigger or a query: a task that waits for its delivery, and a file of it on this disk. */
const waits = (row: "OLD" | "NEW" | "tasks") => sql.raw(`(${row}.state IN ('READY_TO_SEND','SENDING'))`);
const isHere = (row: "OLD" | "NEW" | "files") =>
  sql.raw(`(${row}.local_path IS NOT NULL AND ${row}.delivered_at IS NULL)`);
const bytesOf = (row: "OLD" | "NEW") => sql`
  (SELECT coalesce(sum(size_bytes), 0) FROM files WHERE task_seq = ${sql.raw(row)}.seq AND ${isHere("files")})`;
const taskWaits = (row: "OLD" | "NEW") =>
  sql`(SELECT ${waits("tasks")} FROM tasks WHERE seq = ${sql.raw(row)}.task_seq)`;

/** Frozen once released: a later change of the schema is a migration of its own. schema.ts explains the columns. */
const tables = [
  sql`CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID`,
  sql`INSERT INTO counters VALUES ('seq', 0), ('revision', 0), ('forgotten_revision', 0), ('served_rank', 0), ('sent_rank', 0),
    ('waiting_bytes', 0), ('identity', abs(random() % 9007199254740991)),
    ('downloads', 0), ('deliveries', 0), ('leases', 0), ('ends', 0), ('changes', 0),
    ('QUEUED', 0), ('DOWNLOADING', 0), ('READY_TO_SEND', 0), ('SENDING', 0), ('DONE', 0), ('FAILED', 0), ('CANCELED', 0)`,
  sql`CREATE TABLE tasks (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT,
    chat_id TEXT NOT NULL,
    request_id TEXT,
    request_hash TEXT NOT NULL,
    link TEXT NOT NULL,
    site TEXT NOT NULL,
    user_name TEXT NOT NULL,
    folder TEXT NOT NULL,
    target_quality INTEGER NOT NULL,
    options TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'QUEUED'
      CHECK (state IN ('QUEUED','DOWNLOADING','READY_TO_SEND','SENDING','DONE','FAILED','CANCELED')),
    not_before INTEGER,
    ready_at INTEGER,
    host TEXT NOT NULL DEFAULT '',
    rank INTEGER NOT NULL,
    owner TEXT,
    process_id TEXT,
    hidden INTEGER NOT NULL DEFAULT 0,
    title TEXT NOT NULL DEFAULT '',
    duration_seconds REAL,
    width INTEGER,
    height INTEGER,
    round INTEGER NOT NULL DEFAULT 1,
    attempt_count INTEGER NOT NULL DEFAULT 0,
    tried_since INTEGER,
    delivery_attempt_count INTEGER NOT NULL DEFAULT 0,
    interruption_count INTEGER NOT NULL DEFAULT 0,
    child_count INTEGER NOT NULL DEFAULT 0,
    failure_class TEXT,
    failure_message TEXT,
    advice_texts TEXT,
    remark_texts TEXT,
    finish_requested INTEGER NOT NULL DEFAULT 0,
    expected_bytes INTEGER,
    required_free_bytes INTEGER,
    progress TEXT,
    revision INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    finished_at INTEGER,
    CHECK ((owner IS NULL) = (process_id IS NULL)),
    CHECK (owner IS NOT NULL OR state NOT IN ('DOWNLOADING','SENDING')),
    CHECK (owner IS NULL OR state IN ('DOWNLOADING','SENDING','CANCELED')),
    CHECK ((finished_at IS NOT NULL) = (state IN ('DONE','FAILED','CANCELED')))
  ) STRICT`,
  sql`CREATE INDEX tasks_due ON tasks (site, rank, seq) WHERE state = 'QUEUED' AND not_before IS NULL`,
  sql`CREATE INDEX tasks_queued_chat ON tasks (chat_id, rank) WHERE state = 'QUEUED'`,
  sql`CREATE INDEX tasks_deliverable ON tasks (host, rank, seq) WHERE state = 'READY_TO_SEND' AND not_before IS NULL`,
  sql`CREATE INDEX tasks_deliverable_chat ON tasks (chat_id, rank) WHERE state = 'READY_TO_SEND'`,
  sql`CREATE INDEX tasks_undelivered ON tasks (ready_at) WHERE state = 'READY_TO_SEND'`,
  sql`CREATE INDEX tasks_deferred ON tasks (not_before) WHERE not_before IS NOT NULL`,
  sql`CREATE INDEX tasks_waiting_for_space ON tasks (rank, seq, required_free_bytes)
    WHERE state = 'QUEUED' AND not_before IS NOT NULL AND required_free_bytes IS NOT NULL`,
  sql`CREATE INDEX tasks_held ON tasks (process_id) WHERE process_id IS NOT NULL`,
  sql`CREATE INDEX tasks_hidden ON tasks (seq) WHERE hidden = 1`,
  sql`CREATE INDEX tasks_by_state ON tasks (state, seq)`,
  sql`CREATE INDEX tasks_by_chat ON tasks (chat_id, state, seq)`,
  sql`CREATE INDEX tasks_by_parent ON tasks (parent_id, seq) WHERE parent_id IS NOT NULL`,
  sql`CREATE INDEX tasks_by_revision ON tasks (revision)`,
  sql`CREATE INDEX tasks_by_finish ON tasks (state, finished_at) WHERE finished_at IS NOT NULL`,
  sql`CREATE UNIQUE INDEX tasks_equal_request ON tasks (chat_id, link, request_hash)
    WHERE state NOT IN ('DONE','FAILED','CANCELED')`,

  sql`CREATE TABLE requests (
    chat_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    task_seq INTEGER NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
    PRIMARY KEY (chat_id, request_id)
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE INDEX requests_of_task ON requests (task_seq)`,
  sql`CREATE TABLE imported_links (key TEXT PRIMARY KEY, imported_at INTEGER NOT NULL) STRICT, WITHOUT ROWID`,

  sql`CREATE TABLE attempts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    task_seq INTEGER NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
    round INTEGER NOT NULL,
    number INTEGER NOT NULL,
    stage TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT CHECK (outcome IN ('succeeded','failed','interrupted')),
    failure_class TEXT,
    failure_message TEXT,
    advice_texts TEXT,
    exit_code INTEGER,
    signal TEXT,
    downloaded_bytes INTEGER NOT NULL DEFAULT 0,
    ytdlp_version TEXT NOT NULL,
    stderr_tail TEXT NOT NULL DEFAULT '',
    process_group TEXT,
    cookie_file TEXT,
    UNIQUE (task_seq, number)
  ) STRICT`,

  sql`CREATE TABLE files (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    task_seq INTEGER NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
    host TEXT NOT NULL,
    name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    local_path TEXT,
    destination TEXT,
    remote_path TEXT,
    holds_name INTEGER NOT NULL DEFAULT 1,
    delivered_at INTEGER,
    verified_by TEXT
  ) STRICT`,
  sql`CREATE INDEX files_of_task ON files (task_seq)`,
  sql`CREATE UNIQUE INDEX files_remote_name ON files (destination, remote_path)
    WHERE remote_path IS NOT NULL AND holds_name = 1`,

  sql`CREATE TABLE remote_parts (
    destination TEXT NOT NULL,
    path TEXT NOT NULL,
    file_seq INTEGER NOT NULL,
    remove_after INTEGER,
    removals INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (destination, path)
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE INDEX remote_parts_of_file ON remote_parts (file_seq)`,
  sql`CREATE INDEX remote_parts_to_remove ON remote_parts (destination, remove_after) WHERE remove_after IS NOT NULL`,

  sql`CREATE TABLE sites (
    name TEXT PRIMARY KEY,
    due INTEGER NOT NULL DEFAULT 0,
    running INTEGER NOT NULL DEFAULT 0,
    parallel INTEGER,
    paused_until INTEGER NOT NULL DEFAULT 0,
    paused_at INTEGER NOT NULL DEFAULT 0,
    pause_reason TEXT NOT NULL DEFAULT '',
    pause_level INTEGER NOT NULL DEFAULT 0,
    login_walls INTEGER NOT NULL DEFAULT 0,
    started_at INTEGER NOT NULL DEFAULT 0,
    start_interval_ms INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE TABLE stage_results (
    site TEXT NOT NULL,
    stage TEXT NOT NULL,
    successes INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    succeeded_at INTEGER,
    failed_at INTEGER,
    PRIMARY KEY (site, stage)
  ) STRICT, WITHOUT ROWID`,

  sql`CREATE TABLE cookie_files (
    path TEXT PRIMARY KEY,
    stamp TEXT NOT NULL,
    succeeded_at INTEGER,
    refusals INTEGER NOT NULL,
    set_aside_at INTEGER,
    failure_class TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,

  sql`CREATE TABLE processes (
    id TEXT PRIMARY KEY,
    app TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    identity TEXT NOT NULL,
    version TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    heartbeat INTEGER NOT NULL DEFAULT 0,
    seen_at INTEGER NOT NULL,
    troubles TEXT NOT NULL DEFAULT '{}',
    ytdlp_version TEXT NOT NULL DEFAULT '',
    walls TEXT NOT NULL DEFAULT 'null'
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE TABLE chat_bytes (hour INTEGER NOT NULL, chat_id TEXT NOT NULL, bytes INTEGER NOT NULL,
    PRIMARY KEY (hour, chat_id)) STRICT, WITHOUT ROWID`,
  sql`CREATE TABLE tombstones (
    id TEXT PRIMARY KEY,
    chat_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    deleted_at INTEGER NOT NULL,
    remove_paths TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE INDEX tombstones_by_revision ON tombstones (revision)`,
];

const triggers = [
  // Only the edges of the state table.
  sql`CREATE TRIGGER tasks_legal_transition BEFORE UPDATE OF state ON tasks
    WHEN OLD.state || '>' || NEW.state NOT IN (
      'QUEUED>DOWNLOADING','QUEUED>CANCELED',
      'DOWNLOADING>READY_TO_SEND','DOWNLOADING>DONE','DOWNLOADING>QUEUED','DOWNLOADING>FAILED','DOWNLOADING>CANCELED',
      'READY_TO_SEND>SENDING','READY_TO_SEND>FAILED','READY_TO_SEND>CANCELED',
      'SENDING>DONE','SENDING>READY_TO_SEND','SENDING>FAILED','SENDING>CANCELED',
      'FAILED>QUEUED','FAILED>READY_TO_SEND','CANCELED>QUEUED')
    BEGIN SELECT RAISE(ABORT, 'illegal change of a task''s state'); END`,

  // A new task has a number that no task had before, and a revision; it counts in its state and its site. The statement
  // that inserts it gives it both numbers, so that no page is written twice; here, any other gets them.
  sql`CREATE TRIGGER tasks_inserted AFTER INSERT ON tasks BEGIN
    UPDATE counters SET value = max(value, NEW.seq) WHERE name = 'seq';
    UPDATE counters SET value = value + 1 WHERE name = 'revision';
    UPDATE tasks SET revision = (SELECT value FROM counters WHERE name = 'revision')
      WHERE seq = NEW.seq AND revision <> (SELECT value FROM counters WHERE name = 'revision');
    UPDATE counters SET value = value + 1 WHERE name = NEW.state;
    INSERT INTO sites (name) VALUES (NEW.site) ON CONFLICT DO NOTHING;
    UPDATE sites SET due = due + 1 WHERE name = NEW.site AND NEW.state = 'QUEUED' AND NEW.not_before IS NULL;
  END`,

  // Every change but that of progress raises the revision.
  sql`CREATE TRIGGER tasks_revision_update
    AFTER UPDATE OF state, owner, not_before, title, duration_seconds, width, height, attempt_count,
      delivery_attempt_count, child_count, failure_class, failure_message, advice_texts ON tasks
    WHEN NEW.hidden = 0 BEGIN
    UPDATE counters SET value = value + 1 WHERE name = 'revision';
    UPDATE tasks SET revision = (SELECT value FROM counters WHERE name = 'revision') WHERE seq = NEW.seq;
  END`,

  // Work begins. New ranks of its line are given behind the one that was claimed last (start-time fair queueing).
  sql`CREATE TRIGGER tasks_work_begins AFTER UPDATE OF state ON tasks WHEN NEW.state IN ('DOWNLOADING','SENDING') BEGIN
    UPDATE counters SET value = NEW.rank
      WHERE name = iif(NEW.state = 'SENDING', 'sent_rank', 'served_rank') AND value < NEW.rank;
    UPDATE sites SET started_at = NEW.updated_at WHERE name = NEW.site AND NEW.state = 'DOWNLOADING';
  END`,

  // The number of tasks in each state.
  sql`CREATE TRIGGER tasks_count_update AFTER UPDATE OF state, hidden ON tasks
    WHEN OLD.state <> NEW.state OR OLD.hidden <> NEW.hidden BEGIN
    UPDATE counters SET value = value - 1 WHERE name = OLD.state AND OLD.hidden = 0;
    UPDATE counters SET value = value + 1 WHERE name = NEW.state AND NEW.hidden = 0;
  END`,

  // The number of due and of running downloads of each site.
  sql`CREATE TRIGGER tasks_site_update AFTER UPDATE OF state, not_before ON tasks
    WHEN OLD.state IN ('QUEUED','DOWNLOADING') OR NEW.state IN ('QUEUED','DOWNLOADING') BEGIN
    UPDATE sites SET
      due = due - (OLD.state = 'QUEUED' AND OLD.not_before IS NULL) + (NEW.state = 'QUEUED' AND NEW.not_before IS NULL),
      running = running - (OLD.state = 'DOWNLOADING') + (NEW.state = 'DOWNLOADING')
    WHERE name = NEW.site;
  END`,

  sql`CREATE TRIGGER tasks_deleted AFTER DELETE ON tasks BEGIN
    UPDATE counters SET value = value - 1 WHERE name = OLD.state AND OLD.hidden = 0;
    UPDATE sites SET
      due = due - (OLD.state = 'QUEUED' AND OLD.not_before IS NULL),
      running = running - (OLD.state = 'DOWNLOADING')
    WHERE name = OLD.site AND OLD.state IN ('QUEUED','DOWNLOADING');
  END`,

  // The bytes on this disk that wait for their delivery.
  sql`CREATE TRIGGER tasks_waiting_bytes_update AFTER UPDATE OF state ON tasks WHEN ${waits("OLD")} <> ${waits("NEW")} BEGIN
    UPDATE counters SET value = value + iif(${waits("NEW")}, 1, -1) * ${bytesOf("NEW")} WHERE name = 'waiting_bytes';
  END`,
  sql`CREATE TRIGGER tasks_waiting_bytes_delete BEFORE DELETE ON tasks WHEN ${waits("OLD")} BEGIN
    UPDATE counters SET value = value - ${bytesOf("OLD")} WHERE name = 'waiting_bytes';
  END`,
  sql`CREATE TRIGGER files_waiting_bytes_insert AFTER INSERT ON files WHEN ${isHere("NEW")} BEGIN
    UPDATE counters SET value = value + NEW.size_bytes WHERE name = 'waiting_bytes' AND ${taskWaits("NEW")};
  END`,
  sql`CREATE TRIGGER files_waiting_bytes_update AFTER UPDATE OF size_bytes, local_path, delivered_at ON files
    WHEN ${isHere("OLD")} OR ${isHere("NEW")} BEGIN
    UPDATE counters SET value = value - OLD.size_bytes * ${isHere("OLD")} + NEW.size_bytes * ${isHere("NEW")}
      WHERE name = 'waiting_bytes' AND ${taskWaits("NEW")};
  END`,
  sql`CREATE TRIGGER files_waiting_bytes_delete AFTER DELETE ON files WHEN ${isHere("OLD")} BEGIN
    UPDATE counters SET value = value - OLD.size_bytes WHERE name = 'waiting_bytes' AND ${taskWaits("OLD")};
  END`,

  // When a task has ended and nobody holds it, its temporary files on a server are to be removed, and its names are free.
  sql`CREATE TRIGGER tasks_delivery_ended AFTER UPDATE OF state, owner ON tasks
    WHEN NEW.owner IS NULL AND NEW.state IN ('DONE','FAILED','CANCELED') BEGIN
    UPDATE remote_parts SET remove_after = 0
      WHERE remove_after IS NULL AND file_seq IN (SELECT seq FROM files WHERE task_seq = NEW.seq);
    UPDATE files SET destination = NULL, remote_path = NULL
      WHERE task_seq = NEW.seq AND delivered_at IS NULL AND remote_path IS NOT NULL;
  END`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of [...tables, ...triggers]) await statement.execute(database);
}
