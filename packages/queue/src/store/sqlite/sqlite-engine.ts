import { writeFileSync } from "node:fs";
import { errorCode } from "@dwld/text";
import type BetterSqlite3 from "better-sqlite3";
import type { ChangeNotifier, TopicCounts } from "../change-notifier.ts";
import { type CounterRow, countersOf, readCounters } from "../counters.ts";
import type { Changes, Engine, WriteConnection } from "../engine.ts";
import { type Compilable, fixed } from "../query.ts";
import type { Reader } from "../reader.ts";
import { Exclusive } from "../transaction.ts";
import { topics } from "../topics.ts";
import { Connection } from "./connection.ts";
import { FileGuard } from "./file-guard.ts";
import { damageMark } from "./find-damage.ts";
import { openNotifyFiles } from "./notify-files.ts";
import { explainSqliteError } from "./sqlite-error.ts";

/** The task table in a file. One connection reads and writes: its reads wait until a transaction has ended. */
export class SqliteEngine implements Engine {
  readonly name: string;
  readonly reader: Reader;
  readonly notifier: ChangeNotifier;
  readonly #connection: Connection;
  readonly #exclusive = new Exclusive();
  readonly #fileGuard: FileGuard;
  readonly #totalChanges: BetterSqlite3.Statement<[], number>;

  constructor(sqlite: BetterSqlite3.Database, path: string) {
    this.name = path;
    this.#connection = new Connection(sqlite, path);
    this.#fileGuard = new FileGuard(sqlite, path);
    this.#totalChanges = sqlite.prepare<[], number>("SELECT total_changes()").pluck();
    this.notifier = openNotifyFiles(path, countsReader(sqlite));
    this.reader = {
      all: async (statement) => await this.#between(() => this.#connection.all(statement)),
      get: async (statement) => await this.#between(() => this.#connection.get(statement)),
    };
  }

  async transaction<Result extends Changes>(work: (connection: WriteConnection) => Promise<Result>): Promise<Result> {
    return await this.#exclusive.run(async () => {
      this.#connection.step("begin");
      try {
        this.#fileGuard.check();
        const result = await work(this.#writer);
        // The count finds a notification that is missed.
        if (result.told.size > 0) this.#connection.run(fixed(counting, JSON.stringify([...result.told])));
        this.#connection.step("commit");
        return result;
      } catch (error) {
        // SQLite ends the transaction itself after some errors.
        if (this.#connection.sqlite.inTransaction) this.#connection.step("rollback");
        throw error;
      }
    });
  }

  isBusy(error: unknown): boolean {
    return errorCode(error).startsWith("SQLITE_BUSY");
  }

  explainError(error: unknown): unknown {
    return explainSqliteError(error, this.name);
  }

  noteDamage(message: string): void {
    try {
      writeFileSync(damageMark(this.name), `${new Date().toISOString()} ${message}\n`);
    } catch {
      // The disk itself may be broken.
    }
  }

  async explain(statement: Compilable<unknown>): Promise<string[]> {
    return this.#connection.explain(statement);
  }

  /** A file has one history: a crash takes nothing back, and a backup that is put in its place has another identity. */
  async history(): Promise<string> {
    return "";
  }

  async close(): Promise<void> {
    while (this.#exclusive.held !== undefined) await this.#exclusive.held;
    this.notifier.close();
    this.#connection.close();
  }

  readonly #writer: WriteConnection = {
    all: async (statement) => this.#connection.all(statement),
    get: async (statement) => this.#connection.get(statement),
    run: async (statement) => this.#connection.run(statement),
    countChanges: () => this.#totalChanges.get() ?? 0,
    concernsAll: (error) =>
      !this.#connection.sqlite.inTransaction ||
      /^SQLITE_(BUSY|FULL|IOERR|NOMEM|READONLY|CORRUPT|NOTADB)/.test(errorCode(error)),
    apart: async (work) => {
      this.#connection.step("savepoint");
      try {
        const result = await work();
        this.#connection.step("release");
        return result;
      } catch (error) {
        if (this.#connection.sqlite.inTransaction) {
          this.#connection.step("undo");
          this.#connection.step("release");
        }
        throw error;
      }
    },
  };

  async #between<Result>(read: () => Result): Promise<Result> {
    while (this.#exclusive.held !== undefined) await this.#exclusive.held;
    return read();
  }
}

const counting = "UPDATE counters SET value = value + 1 WHERE name IN (SELECT value FROM json_each(?))";

/**
 * Returns a reader of the counts of notifications, which returns undefined if no other connection has committed since
 * its last answer, while another process recovers the file after a crash, and once it is closed.
 */
function countsReader(sqlite: BetterSqlite3.Database): () => TopicCounts | undefined {
  // SQLite raises it with each commit of another connection: sqlite.org/pragma.html#pragma_data_version
  const dataVersion = sqlite.prepare<[], number>("PRAGMA data_version").pluck();
  const statement = sqlite.prepare<[], CounterRow>(readCounters);
  let seen: number | undefined;
  return () => {
    try {
      if (!sqlite.open) return undefined;
      const version = dataVersion.get();
      if (version === seen) return undefined;
      const counts = countersOf(topics, statement.all());
      seen = version;
      return counts;
    } catch (error) {
      if (errorCode(error).startsWith("SQLITE_")) return undefined;
      throw error;
    }
  };
}
