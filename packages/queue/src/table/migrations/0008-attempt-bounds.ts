import { type Kysely, sql } from "kysely";

/** Frozen once released: a later change of the schema is a migration of its own. */
const statements = [
  // Since when the bound on the total time counts; null: nothing has failed in this round.
  sql`ALTER TABLE tasks ADD COLUMN tried_since INTEGER`,
  // The operator's file that the run had a copy of; null: none.
  sql`ALTER TABLE attempts ADD COLUMN cookie_file TEXT`,

  // From now on it counts within a round, and without attempts that only found that it has to wait.
  sql`UPDATE tasks SET
    attempt_count = (SELECT count(*) FROM attempts
      WHERE task_seq = tasks.seq AND attempts.round = tasks.round AND outcome IN ('succeeded', 'failed')
        AND coalesce(failure_class, '') NOT IN
          ('bot_check', 'rate_limited', 'not_started', 'disk_full', 'ffmpeg_missing')),
    tried_since = (SELECT min(ended_at) FROM attempts
      WHERE task_seq = tasks.seq AND attempts.round = tasks.round AND outcome = 'failed')
    WHERE state IN ('QUEUED', 'DOWNLOADING')`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
