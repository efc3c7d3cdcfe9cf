import { type Kysely, sql } from "kysely";

/** Frozen once released. schema.ts explains the columns. */
const statements = [
  sql`CREATE TABLE thumbnails (
    task_seq INTEGER PRIMARY KEY REFERENCES tasks (seq) ON DELETE CASCADE,
    jpeg BLOB NOT NULL CHECK (length(jpeg) BETWEEN 1 AND 32768)
  ) STRICT`,
  sql`ALTER TABLE tasks ADD COLUMN has_thumbnail INTEGER NOT NULL DEFAULT 0`,
  sql`DROP TRIGGER tasks_revision_update`,
  // Every change but that of progress raises the revision.
  sql`CREATE TRIGGER tasks_revision_update
    AFTER UPDATE OF state, owner, not_before, title, duration_seconds, width, height, has_thumbnail, attempt_count,
      delivery_attempt_count, child_count, failure_class, failure_message, advice_texts ON tasks
    WHEN NEW.hidden = 0 BEGIN
    UPDATE counters SET value = value + 1 WHERE name = 'revision';
    UPDATE tasks SET revision = (SELECT value FROM counters WHERE name = 'revision') WHERE seq = NEW.seq;
  END`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
