import { randomBytes, randomInt } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { tables } from "./0001-base-tables.ts";
import { triggers } from "./0001-base-triggers.ts";

/** Makes what SQLite has after its migrations 0001 to 0005. Frozen once released. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of [...tables, ...triggers]) await statement.execute(database);
  await sql`INSERT INTO counters VALUES ('identity', ${randomInt(2 ** 48 - 1)})`.execute(database);
  await sql`INSERT INTO secrets VALUES ('seal', ${randomBytes(32)})`.execute(database);
}
