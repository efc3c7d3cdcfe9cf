import { setImmediate, setTimeout as pause } from "node:timers/promises";
import type { ChangeNotifier } from "./change-notifier.ts";
import { DatabaseError } from "./database-error.ts";
import type { Engine } from "./engine.ts";
import { GroupCommit, patienceMs } from "./group-commit.ts";
import type { DatabaseLocation } from "./location.ts";
import type { Compilable } from "./query.ts";
import type { Reader } from "./reader.ts";
import { Exclusive, type Transaction } from "./transaction.ts";

export { fixed, query, raw } from "./query.ts";
export type { Reader } from "./reader.ts";
export type { Transaction } from "./transaction.ts";

export type DatabaseOptions = {
  /**
   * Until this is aborted, writes are retried while a trouble lasts that may pass (a full or failing disk, a lock that
   * is held too long, a server that is away), and reads while the server is away. Default: they are refused at once.
   */
  patientUntil?: AbortSignal | undefined;
  /** Called once when writing begins to fail, with the reason, and with undefined when it succeeds again. */
  onTrouble?: ((trouble: DatabaseError | undefined) => void) | undefined;
  /** Returns the secret in a file that the location names. Absent: the location names none. */
  readSecret?: ((file: string) => string) | undefined;
};

/** The task table of one process. Open it with `openDatabase`. */
export class Database implements Reader {
  readonly location: DatabaseLocation;
  readonly engine: Engine;
  readonly #longCalls = new Exclusive();
  readonly #options: DatabaseOptions;
  readonly #commits: GroupCommit;
  #trouble: DatabaseError | undefined;

  constructor(engine: Engine, location: DatabaseLocation, options: DatabaseOptions = {}) {
    this.engine = engine;
    this.location = location;
    this.#options = options;
    this.#commits = new GroupCommit(engine, {
      guard: () => {
        if (this.#trouble?.problem === "damaged") throw this.#trouble;
      },
      onChange: (told) => {
        engine.notifier.notify(told);
      },
      onCommit: (changed) => {
        // A transaction that writes nothing succeeds on a full disk.
        if (changed || this.#trouble?.endsWithAnyCommit === true) this.#note(undefined);
      },
      onTrouble: (reason) => {
        if (reason instanceof DatabaseError) this.#note(reason);
      },
      patientUntil: options.patientUntil,
    });
  }

  /** Names the table in messages. */
  get name(): string {
    return this.engine.name;
  }

  get notifier(): ChangeNotifier {
    return this.engine.notifier;
  }

  /** The error that keeps this process from writing, since a write failed, or its server was away, until a write succeeds. */
  get trouble(): DatabaseError | undefined {
    return this.#trouble;
  }

  async all<Row>(statement: Compilable<Row>): Promise<Row[]> {
    return await this.#read(() => this.engine.reader.all(statement));
  }

  async get<Row>(statement: Compilable<Row>): Promise<Row | undefined> {
    return await this.#read(() => this.engine.reader.get(statement));
  }

  /** See `Engine.history`. */
  async history(): Promise<string> {
    return await this.#read(() => this.engine.history());
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
   * Runs `change` in the next transaction, together with the changes that others ask for in the same tick, and resolves
   * when it is on disk. An error that `change` throws undoes its own work alone and is thrown here. It may be run again
   * from the start (a busy database), so its effects beside the database must bear repeating.
   *
   * @param change awaits its transaction and nothing else: see `OpenTransaction.finish`.
   * @param notify false if no watcher has to see the change (heartbeats, progress). Further topics are told by the verbs:
   * see `Transaction.tell`.
   * @throws DatabaseError `busy` when another process kept the lock for 10 s, `away`, `disk_full`, `disk_failed`,
   * `unwritable`; `replaced`, `newer_schema`, `damaged`: never again by this process.
   */
  async write<Result>(change: (transaction: Transaction) => Promise<Result>, notify = true): Promise<Result> {
    return await this.#commits.add(change, { notifies: notify });
  }

  /**
   * Runs `change` as `write` does, and at once with others of its kind, so that a server far away is asked once for many.
   *
   * @param change begins with a statement that decides everything, and then touches nothing that another one of its kind
   * decides by. If one fails, all are run again, one after the other.
   */
  async writePipelined<Result>(change: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return await this.#commits.add(change, { notifies: true, pipelined: true });
  }

  /** Finishes what was asked for, and closes. Idempotent. */
  async close(): Promise<void> {
    await this.#commits.close();
    await this.engine.close();
  }

  async #read<Result>(look: () => Promise<Result>): Promise<Result> {
    for (;;)
      try {
        return await look();
      } catch (error) {
        const reason = this.engine.explainError(error);
        if (!(reason instanceof DatabaseError)) throw reason;
        // Other troubles of a read say nothing about the writes of this process.
        if (["damaged", "away"].includes(reason.problem)) this.#note(reason);
        const { patientUntil } = this.#options;
        if (reason.problem !== "away" || patientUntil?.aborted !== false) throw reason;
        await pause(patienceMs, undefined, { signal: patientUntil }).catch(() => undefined);
      }
  }

  /** Damage never passes. It is marked, so that the next start checks the whole table. */
  #note(trouble: DatabaseError | undefined): void {
    const before = this.#trouble;
    if (before?.problem === trouble?.problem || before?.problem === "damaged" || trouble?.problem === "closed") return;
    this.#trouble = trouble;
    if (trouble?.problem === "damaged") this.engine.noteDamage(trouble.message);
    this.#options.onTrouble?.(trouble);
  }
}
