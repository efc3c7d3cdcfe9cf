import { setTimeout as pause } from "node:timers/promises";
import { errorCode } from "@dwld/text";
import type BetterSqlite3 from "better-sqlite3";
import { CompiledQuery } from "kysely";
import type { Compilable, Connection } from "./connection.ts";
import { DatabaseError, explainSqliteError } from "./database-error.ts";
import type { Topic } from "./topics.ts";
import { type Exclusive, inThisTurn, OpenTransaction, type Transaction } from "./transaction.ts";

type Item = {
  change: (transaction: Transaction) => Promise<unknown>;
  notifies: boolean;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
};

/** The result of an item, told to its caller when the transaction is on disk. */
type Outcome = { answer: () => void; changed: boolean; told: ReadonlySet<Topic> };

/** Milliseconds for which another process may keep the lock before the callers are told. */
export const busyDeadlineMs = 10_000;

/** Retry interval while `patientUntil` is not aborted, ms. */
const patienceMs = 1000;

export type CommitOptions = {
  /** Called first in each transaction. An error that it throws is told to all callers. */
  guard: () => void;
  /** Called after each commit that changed something, with the topics that it concerns. */
  onChange: (told: ReadonlySet<Topic>) => void;
  /** Called after each commit. @param changed tells whether anything was written. */
  onCommit: (changed: boolean) => void;
  /** Called with the error that a transaction failed with. */
  onTrouble: (reason: unknown) => void;
  /** Until this is aborted, a trouble that may pass is retried. Default: the callers are told at once. */
  patientUntil?: AbortSignal | undefined;
  /** Milliseconds for which another process may keep the lock before that counts as a trouble. */
  busyMs?: number;
};

/**
 * Runs all changes of the same turn of the event loop in one immediate transaction: one fsync for all of them.
 *
 * SQLite's own wait for a lock blocks the event loop and is unfair (measured: 4.7 s at worst, against 0.2 s), so a busy
 * database is retried after 1 to 4 ms, without blocking.
 *
 * An app whose work cannot be asked for again (a worker at the end of a download) sets `patientUntil`: its writes wait
 * until the disk has space. One that answers somebody (the api) does not.
 */
export class GroupCommit {
  readonly #connection: Connection;
  readonly #exclusive: Exclusive;
  readonly #options: CommitOptions;
  readonly #totalChanges: BetterSqlite3.Statement<[], number>;
  #waiting: Item[] = [];
  #flushing: Promise<void> | undefined;
  #closed = false;

  constructor(connection: Connection, exclusive: Exclusive, options: CommitOptions) {
    const { sqlite } = connection;
    this.#connection = connection;
    this.#exclusive = exclusive;
    this.#options = options;
    this.#totalChanges = sqlite.prepare<[], number>("SELECT total_changes()").pluck();
  }

  /**
   * @param change is run again from the start if the database turns out to be busy.
   * @param notifies whether those are notified who watch for changes.
   */
  add<Result>(change: (transaction: Transaction) => Promise<Result>, notifies: boolean): Promise<Result> {
    if (this.#closed)
      return Promise.reject(new DatabaseError("closed", `${this.#connection.path} was closed already.`));
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ change, notifies, resolve: resolve as (value: unknown) => void, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** Resolves when every change is committed or refused. */
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
    const deadline = performance.now() + (this.#options.busyMs ?? busyDeadlineMs);
    let outcomes: Outcome[] | undefined;
    while (outcomes === undefined)
      try {
        outcomes = await this.#exclusive.run(async () => await this.#runBatch(batch));
      } catch (error) {
        const busy = errorCode(error).startsWith("SQLITE_BUSY");
        if (busy && performance.now() < deadline) {
          await pause(1 + Math.random() * 3);
          continue;
        }
        const reason = explainSqliteError(error, this.#connection.path);
        this.#options.onTrouble(reason);
        if (!this.#isPatientWith(reason)) {
          for (const item of batch) item.reject(reason);
          return;
        }
        await pause(patienceMs, undefined, { signal: this.#options.patientUntil }).catch(() => undefined);
      }
    this.#options.onCommit(outcomes.some(({ changed }) => changed));
    for (const { answer } of outcomes) answer();
    const told = topicsIn(outcomes);
    if (told.size > 0) this.#options.onChange(told);
  }

  #isPatientWith(reason: unknown): boolean {
    return reason instanceof DatabaseError && reason.mayPass && this.#options.patientUntil?.aborted === false;
  }

  /**
   * Runs the changes one after another. Only if one of them fails are all run again, each in a savepoint of its own, so
   * that an error undoes that change alone: savepoints cost a copy of each page that a statement changes (measured: four
   * times the work for 500 new tasks).
   */
  async #runBatch(batch: readonly Item[]): Promise<Outcome[]> {
    const [first, ...others] = batch;
    try {
      return await this.#inOneTransaction(batch, (item) => this.#runItem(item));
    } catch (error) {
      if (!(error instanceof FailedChange) || first === undefined) throw error;
      if (others.length === 0) return [refusal(first, error.cause)];
      return await this.#inOneTransaction(batch, (item) => this.#runApart(item));
    }
  }

  /** An error undoes the batch. */
  async #inOneTransaction(batch: readonly Item[], runItem: (item: Item) => Promise<Outcome>): Promise<Outcome[]> {
    this.#connection.step("begin");
    try {
      this.#options.guard();
      const outcomes: Outcome[] = [];
      for (const item of batch) outcomes.push(await runItem(item));
      // The count finds a notification that is missed.
      const told = topicsIn(outcomes);
      if (told.size > 0) this.#connection.run(countNotifications(told));
      this.#connection.step("commit");
      return outcomes;
    } catch (error) {
      // SQLite ends the transaction itself after some errors.
      if (this.#connection.sqlite.inTransaction) this.#connection.step("rollback");
      throw error;
    }
  }

  /** @throws FailedChange if the change itself fails, else an error of SQLite (busy, full). */
  async #runItem(item: Item): Promise<Outcome> {
    const before = this.#totalChanges.get();
    const transaction = new OpenTransaction(this.#connection);
    try {
      const value = await inThisTurn(item.change(transaction));
      if (item.notifies) transaction.tell("changes");
      const changed = this.#totalChanges.get() !== before;
      return {
        changed,
        told: changed ? transaction.told : nothingTold,
        answer: () => {
          item.resolve(value);
        },
      };
    } catch (error) {
      if (!this.#connection.sqlite.inTransaction || isWholeDatabase(error)) throw error;
      throw new FailedChange(error);
    } finally {
      transaction.end();
    }
  }

  async #runApart(item: Item): Promise<Outcome> {
    this.#connection.step("savepoint");
    try {
      const outcome = await this.#runItem(item);
      this.#connection.step("release");
      return outcome;
    } catch (error) {
      if (!(error instanceof FailedChange)) throw error;
      this.#connection.step("undo");
      this.#connection.step("release");
      return refusal(item, error.cause);
    }
  }
}

/** An error that a change threw, which concerns its caller alone. */
class FailedChange extends Error {
  override readonly name = "FailedChange";

  constructor(cause: unknown) {
    super("a change of the task table failed", { cause });
  }
}

const nothingTold: ReadonlySet<Topic> = new Set();

function topicsIn(outcomes: readonly Outcome[]): ReadonlySet<Topic> {
  return new Set(outcomes.flatMap(({ told }) => [...told]));
}

function countNotifications(told: ReadonlySet<Topic>): Compilable<unknown> {
  return { compile: () => CompiledQuery.raw(counting, [JSON.stringify([...told])]) };
}

const counting = "UPDATE counters SET value = value + 1 WHERE name IN (SELECT value FROM json_each(?))";

function refusal(item: Item, reason: unknown): Outcome {
  return {
    changed: false,
    told: nothingTold,
    answer: () => {
      item.reject(reason);
    },
  };
}

function isWholeDatabase(error: unknown): boolean {
  return /^SQLITE_(BUSY|FULL|IOERR|NOMEM|READONLY|CORRUPT|NOTADB)/.test(errorCode(error));
}
