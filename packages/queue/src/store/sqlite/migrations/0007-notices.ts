import { type Kysely, sql } from "kysely";

const isFinal = (row: "OLD" | "NEW") => sql.raw(`${row}.state IN ('DONE','FAILED','CANCELED')`);

/** Frozen once released. schema-of-notices.ts explains the columns. */
const statements = [
  sql`CREATE TABLE notices (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    texts TEXT,
    since INTEGER NOT NULL,
    absent_since INTEGER,
    told_at INTEGER,
    ended_at INTEGER,
    times INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, subject)
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE TABLE lanes (
    name TEXT PRIMARY KEY,
    accepted_at INTEGER,
    failing_since INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    retry_at INTEGER NOT NULL DEFAULT 0,
    answer TEXT NOT NULL DEFAULT ''
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    lane TEXT NOT NULL,
    task_seq INTEGER REFERENCES tasks (seq) ON DELETE CASCADE,
    url TEXT NOT NULL DEFAULT '',
    notice TEXT,
    ends INTEGER NOT NULL DEFAULT 0,
    since INTEGER,
    next_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    owner TEXT REFERENCES processes (id) ON DELETE SET NULL,
    accepted_at INTEGER,
    gave_up_at INTEGER,
    answer TEXT NOT NULL DEFAULT '',
    UNIQUE (task_seq, url)
  ) STRICT`,
  sql`CREATE INDEX outbox_due ON outbox (lane, next_at, seq) WHERE next_at IS NOT NULL`,
  sql`CREATE INDEX outbox_sending ON outbox (owner) WHERE owner IS NOT NULL`,

  // The end of a task is told from the commit of that end on. A retry withdraws it, and a task that is deleted while a process
  // holds it tells nobody.
  sql`CREATE TRIGGER tasks_end_is_told AFTER UPDATE OF state ON tasks WHEN ${isFinal("NEW")} AND NEW.hidden = 0 BEGIN
    UPDATE outbox SET ends = ends + 1, since = NEW.finished_at, next_at = 0, attempts = 0, owner = NULL,
      accepted_at = NULL, gave_up_at = NULL, answer = ''
      WHERE task_seq = NEW.seq;
  END`,
  sql`CREATE TRIGGER tasks_end_is_withdrawn AFTER UPDATE OF state ON tasks WHEN ${isFinal("OLD")} BEGIN
    UPDATE outbox SET since = NULL, next_at = NULL, attempts = 0, owner = NULL,
      accepted_at = NULL, gave_up_at = NULL, answer = ''
      WHERE task_seq = NEW.seq;
  END`,
  sql`CREATE TRIGGER tasks_hidden_tell_nobody AFTER UPDATE OF hidden ON tasks WHEN NEW.hidden = 1 BEGIN
    DELETE FROM outbox WHERE task_seq = NEW.seq;
  END`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
