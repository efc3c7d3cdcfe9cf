import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { errorCode } from "@dwld/text";
import type { Client } from "pg";
import { DatabaseError } from "../database-error.ts";
import type { Changes, OnDoubt, WriteConnection } from "../engine.ts";
import type { Compilable } from "../query.ts";
import { Exclusive } from "../transaction.ts";
import { end, idleInTransactionMs, lockMs, rowLockMs } from "./connect.ts";
import { isLostConnection } from "./lost-connection.ts";
import { explainPostgresError } from "./postgres-error.ts";
import { writeLock } from "./write-lock.ts";
import { ask } from "./statements.ts";

/** Milliseconds for which the outcome of a commit is asked for whose answer was lost, and between two questions. */
const outcomeMs = 10_000;
const askAgainMs = 250;

/**
 * The beginning of each transaction, in one message. The time-outs are of the transaction alone, since a pooler gives the
 * connection to others after it.
 */
const beginning = [
  "BEGIN",
  `SET LOCAL lock_timeout = ${lockMs}`,
  `SET LOCAL idle_in_transaction_session_timeout = ${idleInTransactionMs}`,
  `SELECT pg_advisory_xact_lock(${writeLock})`,
  `SET LOCAL lock_timeout = ${rowLockMs}`,
].join("; ");

/** The connection was lost, and the transaction with it: it may be run again. */
export class UndoneError extends Error {
  override readonly name = "UndoneError";
}

export type WriterRules = {
  readonly name: string;
  /** Refuses a table that is not this process's any more. Called in each transaction. */
  readonly guard: (client: Client) => Promise<void>;
  /** While it is not aborted, the outcome of a commit is asked for until it is known. Default: for ten seconds. */
  readonly patientUntil?: AbortSignal | undefined;
};

/**
 * Writes on one connection. Each transaction takes the table's one lock first, so that the verbs, which read, think and
 * write, are as alone as on SQLite.
 *
 * If the connection is lost while a transaction commits, nobody knows whether it did. To run it again might settle a task
 * twice, and to refuse it might discard files that the table has delivered. So each commit stores its own number in the row
 * of its writer, and after a lost answer the row tells: the lock is taken first, since the old backend may still be in its
 * commit. This holds over a failover as well, where the row is lost together with the work.
 */
export class Writer {
  readonly #connect: () => Promise<Client>;
  readonly #rules: WriterRules;
  readonly #exclusive = new Exclusive();
  readonly #id = randomUUID();
  #client: Client | undefined;
  #commits = 0;
  #closed = false;

  constructor(connect: () => Promise<Client>, rules: WriterRules) {
    this.#connect = connect;
    this.#rules = rules;
  }

  async transaction<Result extends Changes>(
    work: (connection: WriteConnection) => Promise<Result>,
    onDoubt: OnDoubt = () => undefined,
  ): Promise<Result> {
    return await this.#exclusive.run(async () => {
      const client = await this.#connected();
      let result: Result;
      try {
        // Awaited, since behind a BEGIN that failed, each statement would be a transaction of its own.
        await Promise.all([client.query(beginning), this.#rules.guard(client)]);
        result = await work(writeConnection(client));
        if (!result.changed) {
          await client.query("COMMIT");
          return result;
        }
      } catch (error) {
        await this.#undo(client, error);
        throw isLostConnection(error) ? new UndoneError("the connection was lost", { cause: error }) : error;
      }
      await this.#commit(client, result, onDoubt);
      return result;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    while (this.#exclusive.held !== undefined) await this.#exclusive.held;
    this.#drop();
  }

  async #connected(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    const client = await this.#connect();
    client.on("end", () => {
      if (this.#client === client) this.#client = undefined;
    });
    this.#client = client;
    return client;
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) end(client);
  }

  async #undo(client: Client, error: unknown): Promise<void> {
    if (!isLostConnection(error))
      try {
        await client.query("ROLLBACK");
        return;
      } catch {
        // The server undoes it when the connection ends.
      }
    this.#drop();
  }

  async #commit(client: Client, { told }: Changes, onDoubt: OnDoubt): Promise<void> {
    this.#commits += 1;
    const topics = [...told].map((topic) => `'${topic}'`).join(", ");
    const steps = [
      // The count finds a notification that is missed.
      ...(told.size > 0 ? [`UPDATE counters SET value = value + 1 WHERE name IN (${topics})`] : []),
      // Processes that are long gone ask for nothing.
      ...(this.#commits === 1 ? ["DELETE FROM writers WHERE seen_at < clock_timestamp() - interval '7 days'"] : []),
      `INSERT INTO writers VALUES ('${this.#id}', ${this.#commits}, clock_timestamp())
        ON CONFLICT (id) DO UPDATE SET committed = excluded.committed, seen_at = excluded.seen_at`,
      "COMMIT",
    ];
    try {
      await client.query(steps.join("; "));
    } catch (error) {
      if (!isLostConnection(error)) {
        await this.#undo(client, error);
        throw error;
      }
      this.#drop();
      if (!(await this.#hasCommitted(error, onDoubt))) throw new UndoneError("the commit was undone", { cause: error });
    }
  }

  /** @throws DatabaseError `away` if the server does not come back. */
  async #hasCommitted(lost: unknown, onDoubt: OnDoubt): Promise<boolean> {
    const { patientUntil, name } = this.#rules;
    const deadline = performance.now() + outcomeMs;
    for (;;)
      try {
        const client = await this.#connected();
        await client.query(beginning);
        // Being a write, it waits for a synchronous standby, which the old backend may not have done to its end.
        const { rows } = await client.query<{ committed: number }>(
          "UPDATE writers SET seen_at = clock_timestamp() WHERE id = $1 RETURNING committed",
          [this.#id],
        );
        await client.query("COMMIT");
        return rows[0]?.committed === this.#commits;
      } catch (error) {
        this.#drop();
        const waits = patientUntil === undefined ? performance.now() < deadline : !patientUntil.aborted;
        if (!waits || this.#closed)
          throw new DatabaseError(
            "away",
            `The connection to ${name} was lost while a change was stored, and nobody knows whether it was: ask again when the server is back.`,
            { cause: errorCode(error) === "" ? lost : error },
          );
        onDoubt(error);
        await pause(askAgainMs);
      }
  }
}

function writeConnection(client: Client): WriteConnection {
  let changes = 0;
  /** The errors of the server and of the connection to it. A change may throw one of its own that looks the same (ECONNRESET). */
  const errors = new Set<unknown>();
  const counted = async <Row>(statement: Compilable<Row>) => {
    try {
      const answer = await ask(client, statement);
      changes += answer.changed;
      return answer;
    } catch (error) {
      errors.add(error);
      throw error;
    }
  };
  return {
    all: async (statement) => (await counted(statement)).rows,
    get: async (statement) => (await counted(statement)).rows[0],
    run: async (statement) => (await counted(statement)).changed,
    countChanges: () => changes,
    // An error that has an explanation is of the server, and no mistake of the change.
    concernsAll: (error) => errors.has(error) && explainPostgresError(error, "") !== error,
    apart: async (work) => {
      await client.query("SAVEPOINT item");
      try {
        const result = await work();
        await client.query("RELEASE item");
        return result;
      } catch (error) {
        if (!isLostConnection(error)) await client.query("ROLLBACK TO item; RELEASE item");
        throw error;
      }
    },
  };
}
