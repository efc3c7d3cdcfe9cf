import type { WriteConnection } from "./engine.ts";
import type { Compilable } from "./query.ts";
import type { Reader } from "./reader.ts";
import type { Topic } from "./topics.ts";

/** Reads and writes within one transaction. A `Database` is none: it only reads. */
export type Transaction = Reader & {
  /** Returns the number of rows that changed. */
  run(statement: Compilable<unknown>): Promise<number>;
  /** Notifies those who listen to these topics after the commit, if the change wrote anything. */
  tell(...topics: readonly Topic[]): void;
};

/** The part of a transaction that belongs to one change. */
export class OpenTransaction implements Transaction {
  /** The topics to notify after the commit. */
  readonly told = new Set<Topic>();
  #connection: WriteConnection | undefined;
  #running = 0;
  /** Called when no statement runs any more. */
  #onIdle: () => void = () => undefined;

  constructor(connection: WriteConnection) {
    this.#connection = connection;
  }

  all<Row>(statement: Compilable<Row>): Promise<Row[]> {
    return this.#use((connection) => connection.all(statement));
  }

  get<Row>(statement: Compilable<Row>): Promise<Row | undefined> {
    return this.#use((connection) => connection.get(statement));
  }

  run(statement: Compilable<unknown>): Promise<number> {
    return this.#use((connection) => connection.run(statement));
  }

  tell(...topics: readonly Topic[]): void {
    for (const topic of topics) this.told.add(topic);
  }

  /**
   * Runs a change that awaits nothing but this transaction. One that waits while no statement of it runs, waits for
   * something else and would keep the lock meanwhile, for ever if that is a further write of the database.
   *
   * @throws Error if the change does so.
   */
  async finish<Result>(change: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    let timer: NodeJS.Immediate | undefined;
    try {
      return await new Promise<Result>((resolve, reject) => {
        this.#onIdle = () => {
          timer ??= setImmediate(() => {
            timer = undefined;
            if (this.#running === 0)
              reject(new Error("within a transaction, something was awaited that is not of this transaction"));
          });
        };
        change(this).then(resolve, reject);
        if (this.#running === 0) this.#onIdle();
      });
    } finally {
      this.#onIdle = () => undefined;
      clearImmediate(timer);
      this.#connection = undefined;
    }
  }

  /** Makes as few promises as can be: to SQLite, which answers at once, they are a cost that shows. */
  #use<Result>(ask: (connection: WriteConnection) => Promise<Result>): Promise<Result> {
    if (this.#connection === undefined)
      return Promise.reject(new Error("this transaction has ended: its change forgot an await"));
    this.#running += 1;
    const answer = ask(this.#connection);
    answer.then(this.#ended, this.#ended);
    return answer;
  }

  readonly #ended = (): void => {
    this.#running -= 1;
    if (this.#running === 0) this.#onIdle();
  };
}

/** Gives a connection to one stretch of work after the other. */
export class Exclusive {
  #held: Promise<void> | undefined;

  /** Resolves when no work holds the connection. Undefined: none does now. */
  get held(): Promise<void> | undefined {
    return this.#held;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#held !== undefined) await this.#held;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    try {
      return await work();
    } finally {
      this.#held = undefined;
      resolve();
    }
  }
}
