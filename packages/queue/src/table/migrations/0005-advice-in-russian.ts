import { type Kysely, sql } from "kysely";

/** Frozen once released: a later change of the schema is a migration of its own. */
const statements = [
  sql`ALTER TABLE tasks ADD COLUMN failure_advice_ru TEXT`,
  sql`ALTER TABLE attempts ADD COLUMN failure_advice_ru TEXT`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
