import { writeFileSync } from "node:fs";
import { errorCode } from "@dwld/text";
import type BetterSqlite3 from "better-sqlite3";
import {
  CompiledQuery,
  DummyDriver,
  Kysely,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { type Bell, openBell } from "./bell.ts";
import { DatabaseError, explainSqliteError } from "./database-error.ts";
import { damageMark } from "./find-damage.ts";
import { FileGuard } from "./file-guard.ts";
import { GroupCommit } from "./group-commit.ts";
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

/** A hand-written statement in the form in which the others come. */
export function raw<Row>(statement: RawBuilder<Row>): { compile(): ReturnType<typeof compileRaw<Row>> } {
  return { compile: () => compileRaw(statement) };
}

function compileRaw<Row>(statement: RawBuilder<Row>) {
  return statement.compile(query);
}

/**
 * A hand-written statement in the form in which the others come, for what each call asks: nothing is compiled.
 *
 * @param text with a `?` for each of the parameters.
 */
export function fixed<Row>(text: string, ...parameters: readonly (string | number)[]): Compilable<Row> {
  return { compile: () => CompiledQuery.raw(text, [...parameters]) };
}

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

export type DatabaseOptions = {
  /**
   * Until this is aborted, writes wait out a trouble that may pass (a full disk, one that fails, a lock that is held for
   * too long). Absent: they are refused at once.
   */
  patientUntil?: AbortSignal | undefined;
  /** Told once when writing begins to fail, and why, and with undefined when it goes on. */
  onTrouble?: ((trouble: DatabaseError | undefined) => void) | undefined;
};

/** The task table of one process. Open it with `openDatabase`. */
export class Database implements Transaction {
  readonly path: string;
  readonly bell: Bell;
  readonly #sqlite: BetterSqlite3.Database;
  readonly #options: DatabaseOptions;
  readonly #commits: GroupCommit;
  readonly #prepared = new Map<string, BetterSqlite3.Statement>();
  #trouble: DatabaseError | undefined;

  constructor(sqlite: BetterSqlite3.Database, path: string, options: DatabaseOptions = {}) {
    this.path = path;
    this.#sqlite = sqlite;
    this.#options = options;
    const fileGuard = new FileGuard(sqlite, path);
    this.#commits = new GroupCommit(sqlite, path, {
      guard: () => {
        if (this.#trouble?.problem === "damaged") throw this.#trouble;
        fileGuard.check();
      },
      onChange: () => {
        this.bell.ring();
      },
      onCommit: (changed) => {
        // A transaction that writes nothing has room on a full disk.
        if (changed || this.#trouble?.problem === "busy") this.#note(undefined);
      },
      onTrouble: (reason) => {
        if (reason instanceof DatabaseError) this.#note(reason);
      },
      patientUntil: options.patientUntil,
    });
    this.bell = openBell(path, () => readVersion(sqlite));
  }

  /** What keeps this process from writing, since a write failed and until one succeeds. */
  get trouble(): DatabaseError | undefined {
    return this.#trouble;
  }

  all<Row>(statement: Compilable<Row>): Row[] {
    const compiled = statement.compile();
    return this.#explained(() => this.#prepare(compiled.sql).all(...compiled.parameters) as Row[]);
  }

  get<Row>(statement: Compilable<Row>): Row | undefined {
    const compiled = statement.compile();
    return this.#explained(() => this.#prepare(compiled.sql).get(...compiled.parameters) as Row | undefined);
  }

  run(statement: Compilable<unknown>): number {
    const compiled = statement.compile();
    return this.#explained(() => this.#prepare(compiled.sql).run(...compiled.parameters).changes);
  }

  /**
   * Runs `change` in the next immediate transaction, together with what others asked for in the same tick, and
   * resolves once it is on disk. What `change` throws undoes its own work alone and is thrown here. It may be run again
   * from the start (a busy database), so that what it does beside the database must bear repeating.
   *
   * @param ring false where nobody waits for the change (heartbeats, progress).
   * @throws DatabaseError `busy` when another process kept the lock for 10 s, `disk_full`, `disk_failed`, `unwritable`;
   * `replaced`, `newer_schema`, `damaged`: never again by this process.
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

  /** Within a transaction it is the transaction that fails, and that is told by it. */
  #explained<Result>(look: () => Result): Result {
    try {
      return look();
    } catch (error) {
      if (this.#sqlite.inTransaction) throw error;
      const reason = explainSqliteError(error, this.path);
      if (reason instanceof DatabaseError && reason.problem === "damaged") this.#note(reason);
      throw reason;
    }
  }

  /** Damage is for ever, and marked: the next start looks at the whole file. */
  #note(trouble: DatabaseError | undefined): void {
    const before = this.#trouble;
    if (before?.problem === trouble?.problem || before?.problem === "damaged" || trouble?.problem === "closed") return;
    this.#trouble = trouble;
    if (trouble?.problem === "damaged") markDamage(this.path, trouble);
    this.#options.onTrouble?.(trouble);
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

function markDamage(path: string, { message }: DatabaseError): void {
  try {
    writeFileSync(damageMark(path), `${new Date().toISOString()} ${message}\n`);
  } catch {
    // The disk may be what is broken.
  }
}

/** Undefined while another process recovers the file after a crash, and once it is closed. */
function readVersion(sqlite: BetterSqlite3.Database): unknown {
  try {
    return sqlite.open ? sqlite.pragma("data_version", { simple: true }) : undefined;
  } catch (error) {
    if (errorCode(error).startsWith("SQLITE_")) return undefined;
    throw error;
  }
}
