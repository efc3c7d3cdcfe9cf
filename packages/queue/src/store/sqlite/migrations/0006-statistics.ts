import { type Kysely, sql } from "kysely";

/** Frozen once released. schema.ts explains the columns. */
const statements = [
  sql`CREATE TABLE ended_tasks_by_stage (
    hour INTEGER NOT NULL,
    chat_id TEXT NOT NULL,
    site TEXT NOT NULL,
    failure_class TEXT NOT NULL,
    stage TEXT NOT NULL,
    user_name TEXT NOT NULL,
    tasks INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    PRIMARY KEY (hour, chat_id, site, failure_class, stage, user_name)
  ) STRICT, WITHOUT ROWID`,
  sql`INSERT INTO ended_tasks_by_stage
    SELECT hour, chat_id, site, failure_class, '', '', tasks, bytes, 0 FROM ended_tasks`,
  sql`DROP TRIGGER tasks_counted_at_end`,
  sql`DROP TABLE ended_tasks`,
  sql`ALTER TABLE ended_tasks_by_stage RENAME TO ended_tasks`,
  // A task arrived or failed. A playlist that became tasks of its own did neither, nor did one that was canceled. Sums stay
  // within what JavaScript counts. A chat that has 200 rows in an hour names no further user: '/' is the name of none.
  sql`CREATE TRIGGER tasks_counted_at_end AFTER UPDATE OF state ON tasks
    WHEN (OLD.state = 'SENDING' AND NEW.state = 'DONE') OR (OLD.state <> 'FAILED' AND NEW.state = 'FAILED') BEGIN
    INSERT INTO ended_tasks VALUES (
      NEW.finished_at / 3600000, NEW.chat_id, NEW.site,
      iif(NEW.state = 'DONE', '', coalesce(NEW.failure_class, 'unknown')),
      coalesce((SELECT stage FROM attempts WHERE task_seq = NEW.seq ORDER BY number DESC LIMIT 1), ''),
      iif(EXISTS (SELECT 1 FROM ended_tasks
        WHERE hour = NEW.finished_at / 3600000 AND chat_id = NEW.chat_id LIMIT 1 OFFSET 199), '/', NEW.user_name),
      1,
      iif(NEW.state = 'DONE', (SELECT coalesce(sum(size_bytes), 0) FROM files WHERE task_seq = NEW.seq), 0),
      max(0, NEW.finished_at - coalesce(
        (SELECT started_at FROM attempts WHERE task_seq = NEW.seq AND round = NEW.round ORDER BY number LIMIT 1),
        NEW.finished_at)))
    ON CONFLICT DO UPDATE SET tasks = tasks + 1, bytes = min(bytes + excluded.bytes, 9007199254740991),
      duration_ms = min(duration_ms + excluded.duration_ms, 9007199254740991);
  END`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
