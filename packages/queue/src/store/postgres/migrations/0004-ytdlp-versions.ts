import { type Kysely, sql } from "kysely";

const text = sql.raw('text COLLATE "C"');

/** Makes what SQLite has after its migration 0008. Frozen once released. */
const tables = [
  sql`CREATE TABLE ytdlp_versions (
    host ${text} NOT NULL,
    version ${text} NOT NULL,
    origin ${text} NOT NULL,
    state ${text} NOT NULL
      CHECK (state IN ('current','candidate','previous','kept','set_aside')),
    pinned integer NOT NULL DEFAULT 0,
    since bigint NOT NULL,
    reason ${text} NOT NULL DEFAULT '',
    PRIMARY KEY (host, version)
  )`,
  sql`CREATE TABLE ytdlp_checks (
    host ${text} PRIMARY KEY,
    checked_at bigint NOT NULL,
    succeeded_at bigint,
    newest ${text} NOT NULL DEFAULT '',
    problem ${text} NOT NULL DEFAULT ''
  )`,
  sql`CREATE TABLE ytdlp_results (
    version ${text} NOT NULL,
    site ${text} NOT NULL,
    kind ${text} NOT NULL
      CHECK (kind IN ('worked','broken','worse','better')),
    runs bigint NOT NULL,
    last_at bigint NOT NULL,
    PRIMARY KEY (version, site, kind)
  )`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of tables) await statement.execute(database);
}
