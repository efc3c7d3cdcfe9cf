import { type Kysely, sql } from "kysely";

/** Frozen once released: a later change of the schema is a migration of its own. */
const statements = [
  // What the sites said to the cookies of a file. The stamp tells the file's content from the one that comes after it.
  sql`CREATE TABLE cookie_files (
    path TEXT PRIMARY KEY,
    stamp TEXT NOT NULL,
    succeeded_at INTEGER,
    refusals INTEGER NOT NULL,
    set_aside_at INTEGER,
    failure_class TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
