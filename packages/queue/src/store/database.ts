import { writeFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
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
import { type ChangeNotifier, openChangeNotifier, type TopicCounts } from "./change-notifier.ts";
import { DatabaseError, explainSqliteError } from "./database-error.ts";
import { damageMark } from "./find-damage.ts";
import { FileGuard } from "./file-guard.ts";
import { type Compilable, Connection } from "./connection.ts";
import { GroupCommit } from "./group-commit.ts";
import { Exclusive, type Reader, type Transaction } from "./transaction.ts";
import type { Schema } from "./schema.ts";
import { topics } from "./topics.ts";

export type { Reader, Transaction } from "./transaction.ts";

/** Builds queries. It never runs them: a `Reader` or `Transaction` does. */
export const query = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** Wraps a hand-written statement like a built query. */
export function raw<Row>(statement: RawBuilder<Row>): { compile(): ReturnType<typeof compileRaw<Row>> } {
  return { compile: () => compileRaw(statement) };
}

function compileRaw<Row>(statement: RawBuilder<Row>) {
  return statement.compile(query);
}

/** The parts of a compiled query beside its text. */
const unbuilt = CompiledQuery.raw("");

/**
 * Wraps a hand-written SQL text like a built query, for statements of every call: nothing is compiled.
 *
 * @param text has a `?` for each of the parameters.
 */
export function fixed<Row>(text: string, ...parameters: readonly (string | number | null)[]): Compilable<Row> {
  return { compile: () => ({ ...unbuilt, sql: text, parameters }) };
}

export type DatabaseOptions = {
  /**
   * Until this is aborted, writes are retried while a trouble lasts that may pass (a full or failing disk, a lock that
   * is held too long). Default: they are refused at once.
   */
  patientUntil?: AbortSignal | undefined;
  /** Called once when writing begins to fail, with the reason, and with undefined when it succeeds again. */
  onTrouble?: ((trouble: DatabaseError | undefined) => void) | undefined;
  /** Returns the secret in a file that the location names. Absent: the location names none. */
  readSecret?: ((file: string) => string) | undefined;
};

/** The task table of one process. Open it with `openDatabase`. */
export class Database implements Reader {
  readonly path: string;
  readonly notifier: ChangeNotifier;
  readonly #connection: Connection;
  readonly #exclusive = new Exclusive();
  readonly #longCalls = new Exclusive();
  readonly #options: DatabaseOptions;
  readonly #commits: GroupCommit;
  #trouble: DatabaseError | undefined;

  constructor(sqlite: BetterSqlite3.Database, path: string, options: DatabaseOptions = {}) {
    this.path = path;
    this.#connection = new Connection(sqlite, path);
    this.#options = options;
    const fileGuard = new FileGuard(sqlite, path);
    this.#commits = new GroupCommit(this.#connection, this.#exclusive, {
      guard: () => {
        if (this.#trouble?.problem === "damaged") throw this.#trouble;
        fileGuard.check();
      },
      onChange: (told) => {
        this.notifier.notify(told);
      },
      onCommit: (changed) => {
        // A transaction that writes nothing succeeds on a full disk.
        if (changed || this.#trouble?.problem === "busy") this.#note(undefined);
      },
      onTrouble: (reason) => {
        if (reason instanceof DatabaseError) this.#note(reason);
      },
      patientUntil: options.patientUntil,
    });
    this.notifier = openChangeNotifier(path, countsReader(sqlite));
  }

  /** The error that keeps this process from writing, since a write failed and until one succeeds. */
  get trouble(): DatabaseError | undefined {
    return this.#trouble;
  }

  async all<Row>(statement: Compilable<Row>): Promise<Row[]> {
    while (this.#exclusive.held !== undefined) await this.#exclusive.held;
    return this.#explained(() => this.#connection.all(statement));
  }

  async get<Row>(statement: Compilable<Row>): Promise<Row | undefined> {
    while (this.#exclusive.held !== undefined) await this.#exclusive.held;
    return this.#explained(() => this.#connection.get(statement));
  }

  /**
   * Runs a step of a call that takes many, in a turn of the event loop of its own: of all such calls, one makes a step at a
   * time, and others are answered between two of them.
   *
   * @throws the reason of the signal if it is aborted before the step begins.
   */
  async inTurn<Result>(signal: AbortSignal, step: () => Promise<Result>): Promise<Result> {
    return await this.#longCalls.run(async () => {
      await setImmediate();
      signal.throwIfAborted();
      return await step();
    });
  }

  /**
   * Runs `change` in the next immediate transaction, together with the changes that others ask for in the same tick, and
   * resolves when it is on disk. An error that `change` throws undoes its own work alone and is thrown here. It may be
   * run again from the start (a busy database), so its effects beside the database must bear repeating.
   *
   * @param change awaits its transaction and nothing else: see `inThisTurn`.
   * @param notify false if no watcher has to see the change (heartbeats, progress). Further topics are told by the verbs:
   * see `Transaction.tell`.
   * @throws DatabaseError `busy` when another process kept the lock for 10 s, `disk_full`, `disk_failed`, `unwritable`;
   * `replaced`, `newer_schema`, `damaged`: never again by this process.
   */
  async write<Result>(change: (transaction: Transaction) => Promise<Result>, notify = true): Promise<Result> {
    return await this.#commits.add(change, notify);
  }

  /** Returns the plan that SQLite makes for a statement, a line for each step. */
  explain(statement: Compilable<unknown>): string[] {
    return this.#connection.explain(statement);
  }

  /** Finishes what was asked for, and closes. Idempotent. */
  async close(): Promise<void> {
    await this.#commits.close();
    while (this.#exclusive.held !== undefined) await this.#exclusive.held;
    this.notifier.close();
    this.#connection.close();
  }

  #explained<Result>(look: () => Result): Result {
    try {
      return look();
    } catch (error) {
      const reason = explainSqliteError(error, this.path);
      if (reason instanceof DatabaseError && reason.problem === "damaged") this.#note(reason);
      throw reason;
    }
  }

  /** Damage never passes. It is marked, so that the next start checks the whole file. */
  #note(trouble: DatabaseError | undefined): void {
    const before = this.#trouble;
    if (before?.problem === trouble?.problem || before?.problem === "damaged" || trouble?.problem === "closed") return;
    this.#trouble = trouble;
    if (trouble?.problem === "damaged") markDamage(this.path, trouble);
    this.#options.onTrouble?.(trouble);
  }
}

function markDamage(path: string, { message }: DatabaseError): void {
  try {
    writeFileSync(damageMark(path), `${new Date().toISOString()} ${message}\n`);
  } catch {
    // The disk itself may be broken.
  }
}

/**
 * Returns a reader of the counts of notifications, which returns undefined if no other connection has committed since
 * its last answer, while another process recovers the file after a crash, and once it is closed.
 */
function countsReader(sqlite: BetterSqlite3.Database): () => TopicCounts | undefined {
  // SQLite raises it with each commit of another connection: sqlite.org/pragma.html#pragma_data_version
  const dataVersion = sqlite.prepare<[], number>("PRAGMA data_version").pluck();
  const statement = sqlite.prepare<[], { name: string; value: number }>("SELECT name, value FROM counters");
  let seen: number | undefined;
  return () => {
    try {
      if (!sqlite.open) return undefined;
      const version = dataVersion.get();
      if (version === seen) return undefined;
      const counters = new Map(statement.all().map(({ name, value }) => [name, value]));
      seen = version;
      return new Map(topics.map((topic) => [topic, counters.get(topic) ?? 0]));
    } catch (error) {
      if (errorCode(error).startsWith("SQLITE_")) return undefined;
      throw error;
    }
  };
}
