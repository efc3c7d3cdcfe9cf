import { errorCode } from "@dwld/text";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type SqliteDialectConfig,
} from "kysely";
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from "kysely/migration";
import type BetterSqlite3 from "better-sqlite3";
import { DatabaseError } from "../database-error.ts";
import { explainSqliteError } from "./sqlite-error.ts";
import * as tasks from "./migrations/0001-tasks.ts";
import * as access from "./migrations/0002-access.ts";
import * as thumbnails from "./migrations/0003-thumbnails.ts";
import * as endedTasks from "./migrations/0004-ended-tasks.ts";
import * as hosts from "./migrations/0005-hosts.ts";
import * as statistics from "./migrations/0006-statistics.ts";
import * as notices from "./migrations/0007-notices.ts";
import * as ytdlpVersions from "./migrations/0008-ytdlp-versions.ts";
import * as dueAt from "./migrations/0009-due-at.ts";
import * as ytdlpCauses from "./migrations/0010-ytdlp-causes.ts";

/** The migrations, in their order for ever: a released one is never changed nor renamed. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-tasks": tasks,
  "0002-access": access,
  "0003-thumbnails": thumbnails,
  "0004-ended-tasks": endedTasks,
  "0005-hosts": hosts,
  "0006-statistics": statistics,
  "0007-notices": notices,
  "0008-ytdlp-versions": ytdlpVersions,
  "0009-due-at": dueAt,
  "0010-ytdlp-causes": ytdlpCauses,
};

/**
 * Kysely runs SQLite's migrations without a transaction and without a lock, so that processes that start together would
 * apply them twice. These two classes make it one immediate transaction, for which the others wait.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class MigrationDialect extends SqliteDialect implements Dialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#config);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/**
 * Brings the schema up to date, in one transaction. Several processes may do so at once.
 *
 * @param wanted all migrations, from the first one on.
 * @throws DatabaseError `migration_failed`; nothing was changed then.
 */
export async function migrate(
  sqlite: BetterSqlite3.Database,
  path: string,
  wanted: Readonly<Record<string, Migration>> = migrations,
): Promise<void> {
  const applied = appliedMigrations(sqlite, tableNames(sqlite));
  // A table that is up to date needs no lock, so that a process starts while another writes.
  if (Object.keys(wanted).every((name) => applied.includes(name))) return;
  const migrator = new Migrator({
    db: new Kysely<unknown>({ dialect: new MigrationDialect({ database: sqlite }) }),
    provider: { getMigrations: () => Promise.resolve({ ...wanted }) },
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error === undefined) return;
  // Another process may be newer and was faster.
  refuseOtherSchemas(sqlite, path, wanted);
  if (!(error instanceof Error)) throw new Error("The schema could not be brought up to date.", { cause: error });
  // The lock was held, or the disk is full or fails.
  if (errorCode(error).startsWith("SQLITE_BUSY") || explainSqliteError(error, path) !== error) throw error;
  const failed = results.find(({ status }) => status === "Error")?.migrationName ?? "the first step";
  throw new DatabaseError(
    "migration_failed",
    `${path} could not be brought up to date: "${failed}" failed (${error.message}). It was left as it was: the version of dwld that ran before still works with it. This is a defect of this version.`,
    { cause: error },
  );
}

/** @throws DatabaseError if the file belongs to a newer dwld or to another program. Nothing was written then. */
export function refuseOtherSchemas(
  sqlite: BetterSqlite3.Database,
  path: string,
  wanted: Readonly<Record<string, Migration>> = migrations,
): void {
  // Read once: between two reads, another process may begin to make the schema.
  const tables = tableNames(sqlite);
  const [table] = tables;
  if (table !== undefined && !tables.includes(DEFAULT_MIGRATION_TABLE))
    throw new DatabaseError(
      "foreign_database",
      `${path} is a database of another program (it has a table "${table}"). It was left as it is: name another file in database.path.`,
    );
  const newer = appliedMigrations(sqlite, tables).find((name) => !Object.hasOwn(wanted, name));
  if (newer !== undefined)
    throw new DatabaseError(
      "newer_schema",
      `${path} was written by a newer dwld (its schema has "${newer}"). Start that version, or restore a backup made before the upgrade.`,
    );
}

/** Returns the names of the migrations that `migrate` would apply. */
export function pendingMigrations(sqlite: BetterSqlite3.Database): string[] {
  const applied = appliedMigrations(sqlite, tableNames(sqlite));
  return Object.keys(migrations).filter((name) => !applied.includes(name));
}

function appliedMigrations(sqlite: BetterSqlite3.Database, tables: readonly string[]): string[] {
  if (!tables.includes(DEFAULT_MIGRATION_TABLE)) return [];
  return sqlite.prepare<[], string>(`SELECT name FROM ${DEFAULT_MIGRATION_TABLE}`).pluck().all();
}

function tableNames(sqlite: BetterSqlite3.Database): string[] {
  return sqlite
    .prepare<[], string>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .pluck()
    .all();
}
