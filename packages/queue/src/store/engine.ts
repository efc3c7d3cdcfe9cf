import type { ChangeNotifier } from "./change-notifier.ts";
import type { Compilable } from "./query.ts";
import type { Reader } from "./reader.ts";
import type { Topic } from "./topics.ts";

/** The database below the task table. Each engine is a room beside this file, and no other code knows which one it is. */
export type Engine = {
  /** Names the table in messages: a path, or the address of a server without a password. */
  readonly name: string;
  /** Reads what is committed. */
  readonly reader: Reader;
  /** Notifies the processes of all machines that share the table. */
  readonly notifier: ChangeNotifier;
  /**
   * Runs `work` in a transaction beside which no other one writes, whichever process asks for it, and resolves when it is
   * on disk. If `work` throws, it is undone. If the table is not this process's any more, `work` is not called.
   *
   * @param work says which topics its changes concern: they are counted in the same transaction. It may be run again
   * from the start.
   */
  transaction<Result extends Changes>(
    work: (connection: WriteConnection) => Promise<Result>,
    onDoubt?: OnDoubt,
  ): Promise<Result>;
  /** Whether a transaction failed because of others and may be run again at once. */
  isBusy(error: unknown): boolean;
  /** Returns the DatabaseError that explains an error of the engine to a person, and any other error unchanged. */
  explainError(error: unknown): unknown;
  /** Has the next start check the whole table, since damage was met. */
  noteDamage(message: string): void;
  /** Returns the plan of a statement, a line for each step. */
  explain(statement: Compilable<unknown>): Promise<string[]>;
  /**
   * Returns a name of the course of commits that this table is on. With another one, commits that were told may have been
   * taken back (a failover to a server that had not all of them), so that a revision may be given twice.
   */
  history(): Promise<string>;
  close(): Promise<void>;
};

/** Called with an error for which it is not known yet whether the transaction was committed: the engine goes on asking. */
export type OnDoubt = (error: unknown) => void;

/** What a transaction did. */
export type Changes = { readonly changed: boolean; readonly told: ReadonlySet<Topic> };

/** The connection of a transaction. */
export type WriteConnection = Reader & {
  /** Returns the number of rows that changed. */
  run(statement: Compilable<unknown>): Promise<number>;
  /** Counts the rows that changed so far. */
  countChanges(): number;
  /** Runs a part of the transaction whose error undoes that part alone. */
  apart<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Whether an error concerns the transaction as a whole (its end, a full disk), and not the change that met it alone. */
  concernsAll(error: unknown): boolean;
};
