import type BetterSqlite3 from "better-sqlite3";
import { DatabaseError, explainSqliteError, sqliteCode } from "./database-error.ts";

type Item = {
  change: () => unknown;
  heard: boolean;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
};

/** What became of an item: told to its caller once the transaction is on disk. */
type Outcome = { answer: () => void; heard: boolean };

/** How long another process may keep the lock before the callers are told. */
export const busyDeadlineMs = 10_000;

/**
 * One immediate transaction for all changes that were asked for in the same turn of the event loop: one fsync for all.
 *
 * SQLite's own wait for a lock blocks the event loop and is unfair (measured: 4.7 s at worst, against 0.2 s), so a busy
 * database is asked again after 1 to 4 ms, without blocking.
 */
export class GroupCommit {
  readonly #sqlite: BetterSqlite3.Database;
  readonly #path: string;
  readonly #totalChanges: BetterSqlite3.Statement<[], number>;
  readonly #onChange: () => void;
  readonly #busyDeadlineMs: number;
  #waiting: Item[] = [];
  #flushing: Promise<void> | undefined;
  #closed = false;

  /**
   * @param onChange called after each commit that changed something of which others wait to hear.
   * @param deadlineMs how long another process may keep the lock before the callers are told.
   */
  constructor(sqlite: BetterSqlite3.Database, path: string, onChange: () => void, deadlineMs = busyDeadlineMs) {
    this.#sqlite = sqlite;
    this.#path = path;
    this.#onChange = onChange;
    this.#busyDeadlineMs = deadlineMs;
    this.#totalChanges = sqlite.prepare<[], number>("SELECT total_changes()").pluck();
  }

  /**
   * @param change is run again from the start when the database turns out to be busy.
   * @param heard whether others wait to hear of it.
   */
  add<Result>(change: () => Result, heard: boolean): Promise<Result> {
    if (this.#closed) return Promise.reject(new DatabaseError("closed", `${this.#path} was closed already.`));
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ change, heard, resolve: resolve as (value: unknown) => void, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** Resolves when everything that was asked for is committed or refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      await new Promise((resolve) => void setImmediate(resolve));
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#commit(batch);
    }
    this.#flushing = undefined;
  }

  async #commit(batch: readonly Item[]): Promise<void> {
    const deadline = performance.now() + this.#busyDeadlineMs;
    let outcomes: Outcome[] | undefined;
    while (outcomes === undefined)
      try {
        outcomes = this.#runInOneTransaction(batch);
      } catch (error) {
        const busy = sqliteCode(error).startsWith("SQLITE_BUSY");
        if (!busy || performance.now() > deadline) {
          const reason = explainSqliteError(error, this.#path);
          for (const item of batch) item.reject(reason);
          return;
        }
        const pauseMs = 1 + Math.random() * 3;
        await new Promise((resolve) => void setTimeout(resolve, pauseMs));
      }
    for (const { answer } of outcomes) answer();
    if (outcomes.some(({ heard }) => heard)) this.#onChange();
  }

  /** What SQLite itself throws (busy, full) undoes the batch. */
  #runInOneTransaction(batch: readonly Item[]): Outcome[] {
    return this.#sqlite.transaction(() => batch.map((item) => this.#runItem(item))).immediate();
  }

  /** What an item throws undoes that item alone: a nested transaction is a savepoint. */
  #runItem(item: Item): Outcome {
    const before = this.#totalChanges.get();
    try {
      const value = this.#sqlite.transaction(item.change)();
      const heard = item.heard && this.#totalChanges.get() !== before;
      return {
        heard,
        answer: () => {
          item.resolve(value);
        },
      };
    } catch (error) {
      if (!this.#sqlite.inTransaction || isWholeDatabase(error)) throw error;
      return {
        heard: false,
        answer: () => {
          item.reject(error);
        },
      };
    }
  }
}

function isWholeDatabase(error: unknown): boolean {
  return /^SQLITE_(BUSY|FULL|IOERR|NOMEM|READONLY|CORRUPT|NOTADB)/.test(sqliteCode(error));
}
