import { type Kysely, sql } from "kysely";

const text = sql.raw('text COLLATE "C"');

/** The same as SQLite's 0006. Frozen once released. */
const statements = [
  sql`ALTER TABLE ended_tasks ADD COLUMN stage ${text} NOT NULL DEFAULT '', ADD COLUMN user_name ${text} NOT NULL DEFAULT '',
    ADD COLUMN duration_ms bigint NOT NULL DEFAULT 0, DROP CONSTRAINT ended_tasks_pkey,
    ADD PRIMARY KEY (hour, chat_id, site, failure_class, stage, user_name)`,
  sql`ALTER TABLE ended_tasks ALTER COLUMN stage DROP DEFAULT, ALTER COLUMN user_name DROP DEFAULT,
    ALTER COLUMN duration_ms DROP DEFAULT`,
  sql`CREATE OR REPLACE FUNCTION tasks_counted_at_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO ended_tasks (hour, chat_id, site, failure_class, stage, user_name, tasks, bytes, duration_ms) VALUES (
      NEW.finished_at / 3600000, NEW.chat_id, NEW.site,
      CASE NEW.state WHEN 'DONE' THEN '' ELSE coalesce(NEW.failure_class, 'unknown') END,
      coalesce((SELECT stage FROM attempts WHERE task_seq = NEW.seq ORDER BY number DESC LIMIT 1), ''),
      CASE WHEN EXISTS (SELECT FROM ended_tasks
          WHERE hour = NEW.finished_at / 3600000 AND chat_id = NEW.chat_id LIMIT 1 OFFSET 199)
        THEN '/' ELSE NEW.user_name END,
      1,
      CASE NEW.state WHEN 'DONE'
        THEN least((SELECT coalesce(sum(size_bytes), 0) FROM files WHERE task_seq = NEW.seq), 9007199254740991) ELSE 0 END,
      greatest(0, NEW.finished_at - coalesce(
        (SELECT started_at FROM attempts WHERE task_seq = NEW.seq AND round = NEW.round ORDER BY number LIMIT 1),
        NEW.finished_at)))
    ON CONFLICT (hour, chat_id, site, failure_class, stage, user_name) DO UPDATE
      SET tasks = ended_tasks.tasks + 1, bytes = least(ended_tasks.bytes + excluded.bytes, 9007199254740991),
        duration_ms = least(ended_tasks.duration_ms + excluded.duration_ms, 9007199254740991);
    RETURN NULL; END $$`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
