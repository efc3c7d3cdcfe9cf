import { type Kysely, sql } from "kysely";

/** Frozen once released: a later change of the schema is a migration of its own. */
const statements = [
  sql`CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID`,
  sql`INSERT INTO counters VALUES ('revision', 0), ('forgotten_revision', 0), ('served_rank', 0), ('identity', abs(random() % 9007199254740991))`,

  sql`CREATE TABLE tasks (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    client_id TEXT,
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
    delivery_attempt_count INTEGER NOT NULL DEFAULT 0,
    interruption_count INTEGER NOT NULL DEFAULT 0,
    child_count INTEGER NOT NULL DEFAULT 0,
    failure_class TEXT,
    failure_message TEXT,
    failure_advice TEXT,
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
  sql`CREATE INDEX tasks_due ON tasks (site, rank, seq)
    WHERE state = 'QUEUED' AND not_before IS NULL`,
  sql`CREATE INDEX tasks_queued_chat ON tasks (chat_id, rank) WHERE state = 'QUEUED'`,
  sql`CREATE INDEX tasks_deliverable ON tasks (rank, seq)
    WHERE state = 'READY_TO_SEND' AND not_before IS NULL`,
  sql`CREATE INDEX tasks_undelivered ON tasks (ready_at) WHERE state = 'READY_TO_SEND'`,
  sql`CREATE INDEX tasks_deferred ON tasks (not_before) WHERE not_before IS NOT NULL`,
  sql`CREATE INDEX tasks_held ON tasks (process_id) WHERE process_id IS NOT NULL`,
  sql`CREATE INDEX tasks_by_owner ON tasks (owner) WHERE owner IS NOT NULL`,
  sql`CREATE INDEX tasks_hidden ON tasks (seq) WHERE hidden = 1`,
  sql`CREATE INDEX tasks_by_state ON tasks (state, seq)`,
  sql`CREATE INDEX tasks_by_chat ON tasks (chat_id, state, seq)`,
  sql`CREATE INDEX tasks_by_parent ON tasks (parent_id, seq) WHERE parent_id IS NOT NULL`,
  sql`CREATE INDEX tasks_by_revision ON tasks (revision)`,
  sql`CREATE INDEX tasks_by_finish ON tasks (state, finished_at) WHERE finished_at IS NOT NULL`,
  sql`CREATE UNIQUE INDEX tasks_equal_request ON tasks (request_hash)
    WHERE state NOT IN ('DONE','FAILED','CANCELED')`,
  sql`CREATE TABLE requests (
    chat_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    task_seq INTEGER NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
    PRIMARY KEY (chat_id, request_id)
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE INDEX requests_of_task ON requests (task_seq)`,

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
    failure_advice TEXT,
    exit_code INTEGER,
    signal TEXT,
    downloaded_bytes INTEGER NOT NULL DEFAULT 0,
    ytdlp_version TEXT NOT NULL,
    stderr_tail TEXT NOT NULL DEFAULT '',
    process_group TEXT,
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
    delivered_at INTEGER,
    verified_by TEXT
  ) STRICT`,
  sql`CREATE INDEX files_of_task ON files (task_seq)`,
  sql`CREATE UNIQUE INDEX files_remote_name ON files (destination, remote_path)
    WHERE remote_path IS NOT NULL`,

  sql`CREATE TABLE sites (
    name TEXT PRIMARY KEY,
    due INTEGER NOT NULL DEFAULT 0,
    running INTEGER NOT NULL DEFAULT 0,
    parallel INTEGER,
    paused_until INTEGER NOT NULL DEFAULT 0,
    pause_reason TEXT NOT NULL DEFAULT ''
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE INDEX sites_open ON sites (name) WHERE due > 0`,

  sql`CREATE TABLE processes (
    id TEXT PRIMARY KEY,
    app TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    identity TEXT NOT NULL,
    version TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    beat INTEGER NOT NULL DEFAULT 0,
    seen_at INTEGER NOT NULL,
    trouble TEXT NOT NULL DEFAULT '',
    ytdlp_version TEXT NOT NULL DEFAULT ''
  ) STRICT, WITHOUT ROWID`,

  sql`CREATE TABLE tombstones (
    id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    deleted_at INTEGER NOT NULL,
    remove_paths TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE INDEX tombstones_by_revision ON tombstones (revision)`,

  sql`CREATE TABLE tallies (state TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
  sql`INSERT INTO tallies VALUES
    ('QUEUED',0),('DOWNLOADING',0),('READY_TO_SEND',0),('SENDING',0),('DONE',0),('FAILED',0),('CANCELED',0)`,

  // Only the edges of the state picture.
  sql`CREATE TRIGGER tasks_legal_transition BEFORE UPDATE OF state ON tasks
    WHEN OLD.state || '>' || NEW.state NOT IN (
      'QUEUED>DOWNLOADING','QUEUED>CANCELED',
      'DOWNLOADING>READY_TO_SEND','DOWNLOADING>DONE','DOWNLOADING>QUEUED','DOWNLOADING>FAILED','DOWNLOADING>CANCELED',
      'READY_TO_SEND>SENDING','READY_TO_SEND>FAILED','READY_TO_SEND>CANCELED',
      'SENDING>DONE','SENDING>READY_TO_SEND','SENDING>FAILED','SENDING>CANCELED',
      'FAILED>QUEUED','FAILED>READY_TO_SEND','CANCELED>QUEUED')
    BEGIN SELECT RAISE(ABORT, 'illegal change of a task''s state'); END`,

  // Every change but that of progress raises the revision.
  sql`CREATE TRIGGER tasks_revision_insert AFTER INSERT ON tasks BEGIN
    UPDATE counters SET value = value + 1 WHERE name = 'revision';
    UPDATE tasks SET revision = (SELECT value FROM counters WHERE name = 'revision') WHERE seq = NEW.seq;
  END`,
  sql`CREATE TRIGGER tasks_revision_update
    AFTER UPDATE OF state, owner, not_before, title, duration_seconds, width, height, attempt_count,
      delivery_attempt_count, child_count, failure_class, failure_message, failure_advice ON tasks
    WHEN NEW.hidden = 0 BEGIN
    UPDATE counters SET value = value + 1 WHERE name = 'revision';
    UPDATE tasks SET revision = (SELECT value FROM counters WHERE name = 'revision') WHERE seq = NEW.seq;
  END`,

  // How far the line has come: a rank is given behind it (start-time fair queueing).
  sql`CREATE TRIGGER tasks_served_rank AFTER UPDATE OF state ON tasks WHEN NEW.state = 'DOWNLOADING' BEGIN
    UPDATE counters SET value = NEW.rank WHERE name = 'served_rank' AND value < NEW.rank;
  END`,

  // Counts without counting.
  sql`CREATE TRIGGER tasks_tally_insert AFTER INSERT ON tasks BEGIN
    UPDATE tallies SET count = count + 1 WHERE state = NEW.state;
  END`,
  sql`CREATE TRIGGER tasks_tally_update AFTER UPDATE OF state, hidden ON tasks
    WHEN OLD.state <> NEW.state OR OLD.hidden <> NEW.hidden BEGIN
    UPDATE tallies SET count = count - 1 WHERE state = OLD.state AND OLD.hidden = 0;
    UPDATE tallies SET count = count + 1 WHERE state = NEW.state AND NEW.hidden = 0;
  END`,
  sql`CREATE TRIGGER tasks_tally_delete AFTER DELETE ON tasks WHEN OLD.hidden = 0 BEGIN
    UPDATE tallies SET count = count - 1 WHERE state = OLD.state;
  END`,
  sql`CREATE TRIGGER tasks_site_insert AFTER INSERT ON tasks BEGIN
    INSERT INTO sites (name) VALUES (NEW.site) ON CONFLICT DO NOTHING;
    UPDATE sites SET due = due + 1 WHERE name = NEW.site AND NEW.state = 'QUEUED' AND NEW.not_before IS NULL;
  END`,
  sql`CREATE TRIGGER tasks_site_update AFTER UPDATE OF state, not_before ON tasks BEGIN
    UPDATE sites SET
      due = due - (OLD.state = 'QUEUED' AND OLD.not_before IS NULL) + (NEW.state = 'QUEUED' AND NEW.not_before IS NULL),
      running = running - (OLD.state = 'DOWNLOADING') + (NEW.state = 'DOWNLOADING')
    WHERE name = NEW.site;
  END`,
  sql`CREATE TRIGGER tasks_site_delete AFTER DELETE ON tasks WHEN OLD.state IN ('QUEUED','DOWNLOADING') BEGIN
    UPDATE sites SET
      due = due - (OLD.state = 'QUEUED' AND OLD.not_before IS NULL),
      running = running - (OLD.state = 'DOWNLOADING')
    WHERE name = OLD.site;
  END`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
