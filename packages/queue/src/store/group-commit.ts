import { setTimeout as pause } from "node:timers/promises";
import { errorCode } from "@dwld/text";
import type BetterSqlite3 from "better-sqlite3";
import type { Connection } from "./connection.ts";
import { DatabaseError, explainSqliteError } from "./database-error.ts";
import { type Exclusive, inThisTurn, OpenTransaction, type Transaction } from "./transaction.ts";

type Item = {
  change: (transaction: Transaction) => Promise<unknown>;
  notifies: boolean;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
};

/** The result of an item, told to its caller when the transaction is on disk. */
type Outcome = { answer: () => void; changed: boolean; notifies: boolean };

/** Milliseconds for which another process may keep the lock before the callers are told. */
export const busyDeadlineMs = 10_000;

/** Retry interval while `patientUntil` is not aborted, ms. */
const patienceMs = 1000;

export type CommitOptions = {
  /** Called first in each transaction. An error that it throws is told to all callers. */
  guard: () => void;
  /** Called after each commit that changed something of which other processes are notified. */
  onChange: () => void;
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
  readonly #run: Record<"begin" | "commit" | "rollback", BetterSqlite3.Statement>;
  #waiting: Item[] = [];
  #flushing: Promise<void> | undefined;
  #closed = false;

  constructor(connection: Connection, exclusive: Exclusive, options: CommitOptions) {
    const { sqlite } = connection;
    this.#connection = connection;
    this.#exclusive = exclusive;
    this.#options = options;
    this.#totalChanges = sqlite.prepare<[], number>("SELECT total_changes()").pluck();
    this.#run = {
      begin: sqlite.prepare("BEGIN IMMEDIATE"),
      commit: sqlite.prepare("COMMIT"),
      rollback: sqlite.prepare("ROLLBACK"),
    };
  }

  /**
   * @param change is run again from the start if the database turns out to be busy.
   * @param notifies whether other processes are notified of it.
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
        outcomes = await this.#exclusive.run(async () => await this.#runInOneTransaction(batch));
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
    if (outcomes.some(({ notifies }) => notifies)) this.#options.onChange();
  }

  #isPatientWith(reason: unknown): boolean {
    return reason instanceof DatabaseError && reason.mayPass && this.#options.patientUntil?.aborted === false;
  }

  /** An error of SQLite itself (busy, full) undoes the batch. */
  async #runInOneTransaction(batch: readonly Item[]): Promise<Outcome[]> {
    this.#run.begin.run();
    try {
      this.#options.guard();
      const outcomes: Outcome[] = [];
      for (const item of batch) outcomes.push(await this.#runItem(item));
      this.#run.commit.run();
      return outcomes;
    } catch (error) {
      // SQLite ends the transaction itself after some errors.
      if (this.#connection.sqlite.inTransaction) this.#run.rollback.run();
      throw error;
    }
  }

  /** An error of an item undoes that item alone. */
  async #runItem(item: Item): Promise<Outcome> {
    const before = this.#totalChanges.get();
    const transaction = new OpenTransaction(this.#connection);
    try {
      const result = await transaction.attempt(() => inThisTurn(item.change(transaction)));
      const changed = result.status === "fulfilled" && this.#totalChanges.get() !== before;
      return {
        changed,
        notifies: item.notifies && changed,
        answer: () => {
          if (result.status === "fulfilled") item.resolve(result.value);
          else item.reject(result.reason);
        },
      };
    } finally {
      transaction.end();
    }
  }
}
