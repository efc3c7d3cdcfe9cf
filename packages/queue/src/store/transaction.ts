import type { Compilable, Connection } from "./connection.ts";
import type { Topic } from "./topics.ts";

/** Reads what is committed; within a transaction, also what that has changed. */
export type Reader = {
  all<Row>(statement: Compilable<Row>): Promise<Row[]>;
  get<Row>(statement: Compilable<Row>): Promise<Row | undefined>;
};

/** Reads and writes within one transaction. A `Database` is none: it only reads. */
export type Transaction = Reader & {
  /** Returns the number of rows that changed. */
  run(statement: Compilable<unknown>): Promise<number>;
  /** Notifies those who listen to these topics after the commit, if the change wrote anything. */
  tell(...topics: readonly Topic[]): void;
};

/** A transaction of the one connection, until it ends. */
export class OpenTransaction implements Transaction {
  /** The topics to notify after the commit. */
  readonly told = new Set<Topic>();
  #connection: Connection | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async all<Row>(statement: Compilable<Row>): Promise<Row[]> {
    return this.#open().all(statement);
  }

  async get<Row>(statement: Compilable<Row>): Promise<Row | undefined> {
    return this.#open().get(statement);
  }

  async run(statement: Compilable<unknown>): Promise<number> {
    return this.#open().run(statement);
  }

  tell(...topics: readonly Topic[]): void {
    for (const topic of topics) this.told.add(topic);
  }

  /** From now on, each use of it is an error. */
  end(): void {
    this.#connection = undefined;
  }

  #open(): Connection {
    if (this.#connection === undefined) throw new Error("this transaction has ended: its change forgot an await");
    return this.#connection;
  }
}

/**
 * Waits for work that awaits nothing but its own transaction, whose answers are there within the same turn of the event
 * loop. Work that takes longer waits for something else and would keep the lock meanwhile, for ever if that is a further
 * read or write of the database.
 *
 * @throws Error if the work takes longer than this turn.
 */
export async function inThisTurn<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Immediate | undefined;
  const nextTurn = new Promise<never>((_, reject) => {
    timer = setImmediate(() => {
      reject(new Error("within a transaction, something was awaited that is not of this transaction"));
    });
  });
  try {
    return await Promise.race([work, nextTurn]);
  } finally {
    clearImmediate(timer);
  }
}

/** Gives the connection to one stretch of work after the other. */
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
