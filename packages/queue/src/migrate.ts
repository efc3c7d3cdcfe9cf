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
import { type Migration, Migrator } from "kysely/migration";
import type BetterSqlite3 from "better-sqlite3";
import { DatabaseError } from "./database-error.ts";
import * as tasks from "./migrations/0001-tasks.ts";

/** In their order for ever: a released one is never changed nor renamed. */
export const migrations: Readonly<Record<string, Migration>> = { "0001-tasks": tasks };

/**
 * Kysely runs SQLite's migrations without a transaction and without a lock, so that processes starting together
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

/** Brings the schema up to date. Safe when several processes start at once; refuses a schema of a newer dwld. */
export async function migrate(sqlite: BetterSqlite3.Database, path: string): Promise<void> {
  refuseNewerSchema(sqlite, path);
  const migrator = new Migrator({
    db: new Kysely<unknown>({ dialect: new MigrationDialect({ database: sqlite }) }),
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  const { error } = await migrator.migrateToLatest();
  // Another process may have been newer and faster.
  if (error !== undefined) refuseNewerSchema(sqlite, path);
  if (error !== undefined) throw error;
}

function refuseNewerSchema(sqlite: BetterSqlite3.Database, path: string): void {
  const known = sqlite
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'kysely_migration'")
    .get();
  if (known === undefined) return;
  const applied = sqlite.prepare<[], { name: string }>("SELECT name FROM kysely_migration").all();
  const newer = applied.find(({ name }) => !(name in migrations));
  if (newer !== undefined)
    throw new DatabaseError(
      "newer_schema",
      `${path} was written by a newer dwld (its schema has "${newer.name}"). Start that version, or restore a backup made before the upgrade.`,
    );
}
