import { type Kysely, sql } from "kysely";

/** Frozen once released. schema.ts explains the columns. */
const statements = [
  sql`INSERT INTO counters VALUES ('access', 0)`,
  sql`CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin','user','viewer')),
    chats TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_at INTEGER,
    revoked_at INTEGER,
    session_of TEXT REFERENCES tokens
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID`,
  sql`INSERT INTO secrets VALUES ('seal', randomblob(32))`,
];

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(database);
}
