import { type Kysely, sql } from "kysely";

/** Frozen once released: a later change of the schema is a migration of its own. */
export async function up(database: Kysely<unknown>): Promise<void> {
  // The tasks of a chat that ask for a link and are not over; else all that wait in the chat would be read.
  await sql`CREATE INDEX tasks_open_link ON tasks (chat_id, link)
    WHERE state NOT IN ('DONE','FAILED','CANCELED')`.execute(database);
}
