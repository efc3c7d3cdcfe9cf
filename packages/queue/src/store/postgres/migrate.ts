import { errorText } from "@dwld/text";
import { Kysely, PostgresDialect } from "kysely";
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from "kysely/migration";
import type { Client, PoolClient } from "pg";
import { DatabaseError } from "../database-error.ts";
import * as base from "./migrations/0001-base.ts";

/** The migrations, in their order for ever: a released one is never changed nor renamed. */
const migrations: Readonly<Record<string, Migration>> = { "0001-base": base };

/**
 * Brings the schema up to date, in one transaction. Several processes may do so at once: Kysely's lock lets one.
 *
 * @param client of the role that owns the schema.
 * @throws DatabaseError `migration_failed`; nothing was changed then.
 */
export async function migrate(client: Client, name: string): Promise<void> {
  const connection = {
    query: async (text: string, values: readonly unknown[]) => await client.query(text, [...values]),
    release: () => undefined,
  };
  const pool = { connect: async () => connection as unknown as PoolClient, end: async () => undefined, options: {} };
  const migrator = new Migrator({
    db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }),
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error === undefined) {
    // Without statistics, the first plans would read whole tables.
    await client.query("ANALYZE");
    return;
  }
  // Another process may be newer and was faster.
  await refuseOtherSchemas(client, name);
  const failed = results.find(({ status }) => status === "Error")?.migrationName ?? "the first step";
  throw new DatabaseError(
    "migration_failed",
    `${name} could not be brought up to date: "${failed}" failed (${errorText(error)}). It was left as it was: the version of dwld that ran before still works with it.`,
    { cause: error },
  );
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

async function tableNames(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
  );
  return rows.map(({ name }) => name);
}
