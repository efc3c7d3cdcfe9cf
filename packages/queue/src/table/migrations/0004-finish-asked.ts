import { type Kysely, sql } from "kysely";

/** Frozen once released: a later change of the schema is a migration of its own. */
const statements = [
  // 1: somebody wants what was recorded so far, and no more.
  sql`ALTER TABLE tasks ADD COLUMN finish_asked INTEGER NOT NULL DEFAULT 0`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
