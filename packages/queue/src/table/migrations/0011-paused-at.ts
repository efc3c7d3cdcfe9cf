import { type Kysely, sql } from "kysely";

/** Frozen once released: a later change of the schema is a migration of its own. */
const statements = [
  // When `paused_until` was written: how long the pause is, whatever becomes of the clock. 0: before this was noted.
  sql`ALTER TABLE sites ADD COLUMN paused_at INTEGER NOT NULL DEFAULT 0`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
