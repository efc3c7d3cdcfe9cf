import { errorText } from "@dwld/text";
import { dayMs } from "@dwld/timing";
import { Kysely, PostgresAdapter, PostgresDialect, sql } from "kysely";
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from "kysely/migration";
import type { Client, PoolClient } from "pg";
import { DatabaseError } from "../database-error.ts";
import { isLostConnection } from "./lost-connection.ts";
import { writeLock } from "./write-lock.ts";
import * as base from "./migrations/0001-base.ts";
import * as statistics from "./migrations/0002-statistics.ts";
import * as notices from "./migrations/0003-notices.ts";
import * as ytdlpVersions from "./migrations/0004-ytdlp-versions.ts";
import * as dueAt from "./migrations/0005-due-at.ts";
import * as ytdlpCauses from "./migrations/0006-ytdlp-causes.ts";

/** The migrations, in their order for ever: a released one is never changed nor renamed. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-base": base,
  "0002-statistics": statistics,
  "0003-notices": notices,
  "0004-ytdlp-versions": ytdlpVersions,
  "0005-due-at": dueAt,
  "0006-ytdlp-causes": ytdlpCauses,
};

/** Milliseconds that a statement of a migration may take. */
const statementMs = dayMs;

/**
 * Brings the schema up to date, in one transaction that holds the lock of those that write. Several processes may do so at
 * once.
 *
 * @param client of the role that owns the schema.
 * @throws DatabaseError `migration_failed`; nothing was changed then.
 */
export async function migrate(client: Client, name: string): Promise<void> {
  const connection = {
    query: async (text: string, values: readonly unknown[] = []) => await client.query(patiently(text, values)),
    release: () => undefined,
  };
  const pool = { connect: async () => connection as unknown as PoolClient, end: async () => undefined, options: {} };
  const kysely = new Kysely<unknown>({ dialect: new LockedDialect({ pool }) });
  let failed = "the first step";
  try {
    await kysely.transaction().execute(async (transaction) => {
      await sql`SELECT pg_advisory_xact_lock(${sql.raw(writeLock)})`.execute(transaction);
      const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
      const { error, results = [] } = await new Migrator({ db: transaction, provider }).migrateToLatest();
      failed = results.find(({ status }) => status === "Error")?.migrationName ?? failed;
      if (error !== undefined) throw error as Error;
    });
  } catch (error) {
    if (isLostConnection(error)) throw error;
    // Another process may be newer and was faster.
    await refuseOtherSchemas(client, name);
    throw new DatabaseError(
      "migration_failed",
      `${name} could not be brought up to date: "${failed}" failed (${errorText(error)}). It was left as it was: the version of dwld that ran before still works with it.`,
      { cause: error },
    );
  }
  // By the statistics of an empty table, its first rows would be looked for without an index, until autovacuum comes.
  const { rows } = await client.query<{ filled: number }>("SELECT EXISTS (SELECT FROM tasks) AS filled");
  if (rows[0]?.filled === 1) await client.query(patiently("ANALYZE"));
}

function patiently(text: string, values: readonly unknown[] = []) {
  return { text, values: [...values], query_timeout: statementMs };
}

/** Kysely's own lock belongs to a session, which a pooler gives to others: the transaction has taken one already. */
class LockedDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new LockedAdapter();
  }
}

class LockedAdapter extends PostgresAdapter {
  override acquireMigrationLock = () => Promise.resolve();
  override releaseMigrationLock = () => Promise.resolve();
}

/** @throws DatabaseError if the database belongs to a newer dwld or to another program. Nothing was written then. */
export async function refuseOtherSchemas(client: Client, name: string): Promise<void> {
  const [table] = await tableNames(client);
  const applied = await appliedMigrations(client);
  if (table !== undefined && applied === undefined)
    throw new DatabaseError(
      "foreign_database",
      `${name} is a database of another program (it has a table "${table}"). It was left as it is: name another database in database.url.`,
    );
  refuseNewer(applied ?? [], name);
}

/** Returns the names of the migrations that `migrate` would apply. */
export async function pendingMigrations(client: Client): Promise<string[]> {
  const applied = (await appliedMigrations(client)) ?? [];
  return Object.keys(migrations).filter((each) => !applied.includes(each));
}

/** Refuses, within a transaction, a schema that a newer dwld has changed since the table was opened. */
export async function refuseNewerSchema(client: Client, name: string): Promise<void> {
  const text = `SELECT name FROM ${DEFAULT_MIGRATION_TABLE} ORDER BY name DESC LIMIT 1`;
  const { rows } = await client.query<{ name: string }>({ name: "newest", text });
  refuseNewer(
    rows.map((row) => row.name),
    name,
  );
}

function refuseNewer(applied: readonly string[], name: string): void {
  const newer = applied.find((each) => !Object.hasOwn(migrations, each));
  if (newer !== undefined)
    throw new DatabaseError(
      "newer_schema",
      `${name} was written by a newer dwld (its schema has "${newer}"). Start that version, or restore a backup made before the upgrade.`,
    );
}

/** Returns undefined if there is no schema of dwld. */
async function appliedMigrations(client: Client): Promise<string[] | undefined> {
  const there = await client.query<{ there: number }>(
    `SELECT to_regclass('${DEFAULT_MIGRATION_TABLE}') IS NOT NULL AS there`,
  );
  if (there.rows[0]?.there !== 1) return undefined;
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${DEFAULT_MIGRATION_TABLE} ORDER BY name`);
  return rows.map(({ name }) => name);
}

export async function tableNames(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
  );
  return rows.map(({ name }) => name);
}
