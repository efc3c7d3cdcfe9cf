import { type Kysely, sql } from "kysely";

/** Frozen once released. schema.ts explains the columns. */
const statements = [
  sql`CREATE TABLE ended_tasks (
    hour INTEGER NOT NULL,
    chat_id TEXT NOT NULL,
    site TEXT NOT NULL,
    failure_class TEXT NOT NULL,
    tasks INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (hour, chat_id, site, failure_class)
  ) STRICT, WITHOUT ROWID`,
  // A task arrived or failed. A playlist that became tasks of its own did neither, nor did one that was canceled. Bytes stay
  // within what JavaScript counts.
  sql`CREATE TRIGGER tasks_counted_at_end AFTER UPDATE OF state ON tasks
    WHEN (OLD.state = 'SENDING' AND NEW.state = 'DONE') OR (OLD.state <> 'FAILED' AND NEW.state = 'FAILED') BEGIN
    INSERT INTO ended_tasks VALUES (
      NEW.finished_at / 3600000, NEW.chat_id, NEW.site,
      iif(NEW.state = 'DONE', '', coalesce(NEW.failure_class, 'unknown')), 1,
      iif(NEW.state = 'DONE', (SELECT coalesce(sum(size_bytes), 0) FROM files WHERE task_seq = NEW.seq), 0))
    ON CONFLICT DO UPDATE SET tasks = tasks + 1, bytes = min(bytes + excluded.bytes, 9007199254740991);
  END`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
