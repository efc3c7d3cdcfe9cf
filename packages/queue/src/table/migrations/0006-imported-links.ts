import { type Kysely, sql } from "kysely";

/** Frozen once released: a later change of the schema is a migration of its own. */
const statements = [
  // What was taken over from another program, for ever: its task may be forgotten, and must not come again.
  sql`CREATE TABLE imported_links (
    key TEXT PRIMARY KEY,
    imported_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
