import { type Kysely, sql } from "kysely";

/** JSON by language, out of an English column and a Russian one that may be empty. */
const advice = sql`iif(coalesce(failure_advice_ru, '') = '', json_object('en', failure_advice),
  json_object('en', failure_advice, 'ru', failure_advice_ru))`;

/** Frozen once released: a later change of the schema is a migration of its own. */
const statements = [
  // Texts for a person: one column with all languages. NULL: there is none.
  sql`ALTER TABLE tasks ADD COLUMN advice_texts TEXT`,
  sql`ALTER TABLE tasks ADD COLUMN remark_texts TEXT`,
  sql`ALTER TABLE attempts ADD COLUMN advice_texts TEXT`,
  sql`UPDATE tasks SET advice_texts = ${advice} WHERE failure_advice IS NOT NULL`,
  sql`UPDATE tasks SET remark_texts = json_object('en', remark) WHERE remark <> ''`,
  sql`UPDATE attempts SET advice_texts = ${advice} WHERE failure_advice IS NOT NULL`,
  // It names a column that goes.
  sql`DROP TRIGGER tasks_revision_update`,
  sql`ALTER TABLE tasks DROP COLUMN failure_advice`,
  sql`ALTER TABLE tasks DROP COLUMN failure_advice_ru`,
  sql`ALTER TABLE tasks DROP COLUMN remark`,
  sql`ALTER TABLE attempts DROP COLUMN failure_advice`,
  sql`ALTER TABLE attempts DROP COLUMN failure_advice_ru`,
  sql`CREATE TRIGGER tasks_revision_update
    AFTER UPDATE OF state, owner, not_before, title, duration_seconds, width, height, attempt_count,
      delivery_attempt_count, child_count, failure_class, failure_message, advice_texts ON tasks
    WHEN NEW.hidden = 0 BEGIN
    UPDATE counters SET value = value + 1 WHERE name = 'revision';
    UPDATE tasks SET revision = (SELECT value FROM counters WHERE name = 'revision') WHERE seq = NEW.seq;
  END`,

  // JSON: each trouble of a process by its source, so that the reason for a wait can be told from it.
  sql`ALTER TABLE processes ADD COLUMN troubles TEXT NOT NULL DEFAULT '{}'`,
  sql`ALTER TABLE processes DROP COLUMN trouble`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
