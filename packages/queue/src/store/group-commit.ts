import { setTimeout as pause } from "node:timers/promises";
import { DatabaseError } from "./database-error.ts";
import type { Engine, WriteConnection } from "./engine.ts";
import type { Topic } from "./topics.ts";
import { OpenTransaction, type Transaction } from "./transaction.ts";

type Item = HowToWrite & {
  change: (transaction: Transaction) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
};

export type HowToWrite = {
  /** Whether those are notified who watch for changes. */
  notifies: boolean;
  /** Whether it may run beside others of its kind: see `Database.writePipelined`. */
  pipelined?: boolean;
};

/** The result of an item, told to its caller when the transaction is on disk. */
type Outcome = { answer: () => void; changed: boolean; told: ReadonlySet<Topic> };

type Batch = { outcomes: readonly Outcome[]; changed: boolean; told: ReadonlySet<Topic> };

/** Milliseconds for which another process may keep the lock before the callers are told. */
export const busyDeadlineMs = 10_000;

/** Retry interval while `patientUntil` is not aborted, ms. */
export const patienceMs = 1000;

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

type Committing = Pick<Engine, "name" | "transaction" | "isBusy" | "explainError">;

/**
 * Runs all changes of the same turn of the event loop in one transaction: one fsync for all of them.
 *
 * A busy database is retried after 1 to 4 ms, without blocking: SQLite's own wait for a lock blocks the event loop and is
 * unfair (measured: 4.7 s at worst, against 0.2 s).
 *
 * An app whose work cannot be asked for again (a worker at the end of a download) sets `patientUntil`: its writes wait
 * until the disk has space. One that answers somebody (the api) does not.
 */
export class GroupCommit {
  readonly #engine: Committing;
  readonly #options: CommitOptions;
  #waiting: Item[] = [];
  #flushing: Promise<void> | undefined;
  #closed = false;

  constructor(engine: Committing, options: CommitOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /**
   * @param change is run again from the start if the database turns out to be busy.
   */
  add<Result>(change: (transaction: Transaction) => Promise<Result>, how: HowToWrite): Promise<Result> {
    if (this.#closed) return Promise.reject(new DatabaseError("closed", `${this.#engine.name} was closed already.`));
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ ...how, change, resolve: resolve as (value: unknown) => void, reject });
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

  async #commit(items: readonly Item[]): Promise<void> {
    const deadline = performance.now() + (this.#options.busyMs ?? busyDeadlineMs);
    let batch: Batch | undefined;
    while (batch === undefined)
      try {
        batch = await this.#runBatch(items);
      } catch (error) {
        if (this.#engine.isBusy(error) && performance.now() < deadline) {
          await pause(1 + Math.random() * 3);
          continue;
        }
        const reason = this.#tell(error);
        if (!this.#isPatientWith(reason)) {
          for (const item of items) item.reject(reason);
          return;
        }
        await pause(patienceMs, undefined, { signal: this.#options.patientUntil }).catch(() => undefined);
      }
    this.#options.onCommit(batch.changed);
    for (const { answer } of batch.outcomes) answer();
    if (batch.told.size > 0) this.#options.onChange(batch.told);
  }

  /** Returns the reason that was told. */
  readonly #tell = (error: unknown): unknown => {
    const reason = this.#engine.explainError(error);
    this.#options.onTrouble(reason);
    return reason;
  };

  #isPatientWith(reason: unknown): boolean {
    return reason instanceof DatabaseError && reason.mayPass && this.#options.patientUntil?.aborted === false;
  }

  /**
   * Runs the changes one after another. Only if one of them fails are all run again, each apart, so that an error undoes
   * that change alone: savepoints cost a copy of each page that a statement changes (measured: four times the work for
   * 500 new tasks).
   */
  async #runBatch(items: readonly Item[]): Promise<Batch> {
    const [first, ...others] = items;
    try {
      return await this.#inOneTransaction(pipelines(items), runItem);
    } catch (error) {
      if (!(error instanceof FailedChange) || first === undefined) throw error;
      if (others.length === 0) return sumOf([refusal(first, error.cause)]);
      return await this.#inOneTransaction(
        items.map((item) => [item]),
        runApart,
      );
    }
  }

  /**
   * Runs one pipeline after the other; those in a pipeline at once. An error undoes all, when nothing of them runs any more.
   */
  async #inOneTransaction(
    groups: readonly (readonly Item[])[],
    run: (connection: WriteConnection, item: Item) => Promise<Outcome>,
  ): Promise<Batch> {
    return await this.#engine.transaction(async (connection) => {
      this.#options.guard();
      const outcomes: Outcome[] = [];
      for (const group of groups) outcomes.push(...(await allOf(group.map((item) => run(connection, item)))));
      return sumOf(outcomes);
    }, this.#tell);
  }
}

/** The most changes that run at once: the last of them waits for the answers to all, and a slow server has time for these. */
const pipelineLength = 64;

/** Groups the changes that may run at once; each other one is alone. Their order stays. */
function pipelines(items: readonly Item[]): Item[][] {
  const groups: Item[][] = [];
  for (const item of items) {
    const last = groups.at(-1);
    const joins = item.pipelined === true && last?.[0]?.pipelined === true && last.length < pipelineLength;
    if (joins) last.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** Waits until all have ended. @throws the first of their errors. */
async function allOf<Result>(running: readonly Promise<Result>[]): Promise<Result[]> {
  const results = await Promise.allSettled(running);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** @throws FailedChange if the change itself fails, else an error of the engine (busy, full). */
async function runItem(connection: WriteConnection, item: Item): Promise<Outcome> {
  const before = connection.countChanges();
  const transaction = new OpenTransaction(connection);
  try {
    const value = await transaction.finish(item.change);
    if (item.notifies) transaction.tell("changes");
    // In a pipeline, changes of others count as its own: at worst, somebody is woken for nothing.
    const changed = connection.countChanges() !== before;
    return {
      changed,
      told: changed ? transaction.told : nothingTold,
      answer: () => {
        item.resolve(value);
      },
    };
  } catch (error) {
    throw connection.concernsAll(error) ? error : new FailedChange(error);
  }
}

async function runApart(connection: WriteConnection, item: Item): Promise<Outcome> {
  try {
    return await connection.apart(async () => await runItem(connection, item));
  } catch (error) {
    if (!(error instanceof FailedChange)) throw error;
    return refusal(item, error.cause);
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

function sumOf(outcomes: readonly Outcome[]): Batch {
  return {
    outcomes,
    changed: outcomes.some(({ changed }) => changed),
    told: new Set(outcomes.flatMap(({ told }) => [...told])),
  };
}

function refusal(item: Item, reason: unknown): Outcome {
  return {
    changed: false,
    told: nothingTold,
    answer: () => {
      item.reject(reason);
    },
  };
}
