import { type Kysely, sql } from "kysely";

/** Frozen once released. schema.ts explains the columns. */
const statements = [
  sql`ALTER TABLE tasks ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0`,
  // Others get theirs when they begin to wait.
  sql`UPDATE tasks SET due_at = coalesce(not_before, updated_at) WHERE state IN ('QUEUED', 'READY_TO_SEND')`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
