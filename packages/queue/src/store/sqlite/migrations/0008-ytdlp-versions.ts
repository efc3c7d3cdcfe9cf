import { type Kysely, sql } from "kysely";

/** Frozen once released. schema-of-ytdlp.ts explains the columns. */
const tables = [
  sql`CREATE TABLE ytdlp_versions (
    host TEXT NOT NULL,
    version TEXT NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL
      CHECK (state IN ('current','candidate','previous','kept','set_aside')),
    pinned INTEGER NOT NULL DEFAULT 0,
    since INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (host, version)
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE TABLE ytdlp_checks (
    host TEXT PRIMARY KEY,
    checked_at INTEGER NOT NULL,
    succeeded_at INTEGER,
    newest TEXT NOT NULL DEFAULT '',
    problem TEXT NOT NULL DEFAULT ''
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE TABLE ytdlp_results (
    version TEXT NOT NULL,
    site TEXT NOT NULL,
    kind TEXT NOT NULL
      CHECK (kind IN ('worked','broken','worse','better')),
    runs INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (version, site, kind)
  ) STRICT, WITHOUT ROWID`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of tables) await statement.execute(database);
}
