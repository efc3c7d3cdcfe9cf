import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import BetterSqlite3 from "better-sqlite3";
import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { type Bell, openBell } from "./bell.ts";
import { explainOpenError, sqliteCode } from "./database-error.ts";
import { busyDeadlineMs, GroupCommit } from "./group-commit.ts";
import { migrate, refuseOtherSchemas } from "./migrate.ts";
import type { Schema } from "./schema.ts";

/** Builds queries; it never runs them: that is `Transaction`'s. */
export const query = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

type Compilable<Row> = { compile(): CompiledQuery<Row> };

/** Runs queries at once, in this process's one connection. */
export type Transaction = {
  all<Row>(statement: Compilable<Row>): Row[];
  get<Row>(statement: Compilable<Row>): Row | undefined;
  /** The number of rows that changed. */
  run(statement: Compilable<unknown>): number;
};

/** Prepared once for each text; the texts are few, since lists of values are the exception. */
const maxPrepared = 200;

/** The task table of one process. Open it with `openDatabase`. */
export class Database implements Transaction {
  readonly path: string;
  readonly bell: Bell;
  readonly #sqlite: BetterSqlite3.Database;
  readonly #commits: GroupCommit;
  readonly #prepared = new Map<string, BetterSqlite3.Statement>();

  constructor(sqlite: BetterSqlite3.Database, path: string) {
    this.path = path;
    this.#sqlite = sqlite;
    this.#commits = new GroupCommit(sqlite, path, () => {
      this.bell.ring();
    });
    this.bell = openBell(path, () => readVersion(sqlite));
  }

  all<Row>(statement: Compilable<Row>): Row[] {
    const compiled = statement.compile();
    return this.#prepare(compiled.sql).all(...compiled.parameters) as Row[];
  }

  get<Row>(statement: Compilable<Row>): Row | undefined {
    const compiled = statement.compile();
    return this.#prepare(compiled.sql).get(...compiled.parameters) as Row | undefined;
  }

  run(statement: Compilable<unknown>): number {
    const compiled = statement.compile();
    return this.#prepare(compiled.sql).run(...compiled.parameters).changes;
  }

  /**
   * Runs `change` in the next immediate transaction, together with what others asked for in the same tick, and
   * resolves once it is on disk. What `change` throws undoes its own work alone and is thrown here. It may be run again
   * from the start (a busy database), so that what it does beside the database must bear repeating.
   *
   * @param ring false where nobody waits for the change (heartbeats, progress).
   * @throws DatabaseError `busy` when another process kept the lock for 10 s, `disk_full`, `unwritable`.
   */
  async write<Result>(change: (transaction: Transaction) => Result, ring = true): Promise<Result> {
    return await this.#commits.add(() => change(this), ring);
  }

  /** The plan SQLite makes for a query, a line a step. */
  explain(statement: Compilable<unknown>): string[] {
    const compiled = statement.compile();
    return this.#sqlite
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${compiled.sql}`)
      .all(...compiled.parameters)
      .map((row) => row.detail);
  }

  /** Finishes what was asked for, and closes. Idempotent. */
  async close(): Promise<void> {
    await this.#commits.close();
    this.bell.close();
    this.#prepared.clear();
    this.#sqlite.close();
  }

  #prepare(text: string): BetterSqlite3.Statement {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    const statement = this.#sqlite.prepare(text);
    if (this.#prepared.size >= maxPrepared) this.#prepared.clear();
    this.#prepared.set(text, statement);
    return statement;
  }
}

/** Undefined while another process recovers the file after a crash, and once it is closed. */
function readVersion(sqlite: BetterSqlite3.Database): unknown {
  try {
    return sqlite.open ? sqlite.pragma("data_version", { simple: true }) : undefined;
  } catch (error) {
    if (sqliteCode(error).startsWith("SQLITE_")) return undefined;
    throw error;
  }
}

/**
 * Opens the task table, makes it where there is none, and brings its schema up to date.
 *
 * Durability: WAL with `synchronous = FULL` is fsynced at every commit, so an answer given after a commit survives
 * power loss. It is set on every open, since better-sqlite3 is built with NORMAL for files that are in WAL already.
 *
 * @throws DatabaseError when the file cannot be used; the message says why and what to do.
 */
export async function openDatabase(path: string): Promise<Database> {
  const deadline = performance.now() + busyDeadlineMs;
  for (;;)
    try {
      return await openOnce(path);
    } catch (error) {
      const busy = sqliteCode(error).startsWith("SQLITE_BUSY");
      if (!busy || performance.now() > deadline) throw explainOpenError(error, path);
      await pause(1 + Math.random() * 20);
    }
}

/** Busy while others make or migrate the file: SQLite does not wait for all of the locks that this takes. */
async function openOnce(path: string): Promise<Database> {
  makeFolder(dirname(path));
  const sqlite = new BetterSqlite3(path, { timeout: 5 });
  try {
    // Before anything is written: what is not ours stays as it is.
    refuseOtherSchemas(sqlite, path);
    sqlite.pragma("journal_mode = WAL");
    sqlite.pragma("synchronous = FULL");
    sqlite.pragma("foreign_keys = ON");
    // A change that may be undone alone keeps more old pages than SQLite holds in memory by itself: each would make a
    // file of them (measured: a quarter more changes a second without).
    sqlite.pragma("temp_store = MEMORY");
    sqlite.pragma(`journal_size_limit = ${16 * 1024 * 1024}`);
    await migrate(sqlite, path);
    return new Database(sqlite, path);
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** Step by step: Node's own `recursive` never ends where a parent answers ENOENT for ever, as /proc does (24.21). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process was faster.
    if (!existsSync(folder)) throw error;
  }
}
