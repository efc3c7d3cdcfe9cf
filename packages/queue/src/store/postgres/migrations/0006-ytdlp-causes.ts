import { type Kysely, sql } from "kysely";

const text = sql.raw('text COLLATE "C"');

/** The same as SQLite's 0010. Frozen once released. */
const statements = [
  sql`ALTER TABLE ytdlp_versions ADD COLUMN cause ${text} NOT NULL DEFAULT ''
    CHECK (cause IN ('','self_test','worse','unusable','by_hand'))`,
  // The only time that a cause is read from words: these are all that were ever written.
  sql`UPDATE ytdlp_versions SET cause = CASE
      WHEN reason LIKE '{"en":"it failed its self-test: %' THEN 'self_test'
      WHEN reason LIKE '{"en":"it does not run here: %' THEN 'unusable'
      WHEN reason LIKE '{"en":"somebody went back by hand"%' THEN 'by_hand'
      ELSE 'worse' END
    WHERE state = 'set_aside'`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
