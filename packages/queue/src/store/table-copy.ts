/** The value of a column. A whole number is one that JavaScript counts. */
export type CopyValue = number | string | Uint8Array | null;

/** The values of a row, in the order of the columns. */
export type CopyRow = readonly CopyValue[];

export type CopyColumn = { readonly name: string; readonly kind: "integer" | "real" | "text" | "blob" };

export type CopyTable = {
  readonly name: string;
  /** In the order of their names. */
  readonly columns: readonly CopyColumn[];
  /** Whether rows without a number are given one. */
  readonly numbered: boolean;
};

/** A task table as it is at one moment, whatever its engine. */
export type CopySource = {
  /** Names it in messages. */
  readonly name: string;
  readonly tables: readonly CopyTable[];
  /** Yields the rows some at a time. */
  read(table: CopyTable): AsyncIterable<readonly CopyRow[]>;
  /** Returns the highest number that a numbered table has given. */
  lastNumber(table: CopyTable): Promise<number>;
  /** Gives up what was not finished. */
  close(): Promise<void>;
};

/** An empty task table that is filled in one transaction. What it reads is what was written. */
export type CopyTarget = CopySource & {
  write(table: CopyTable, rows: readonly CopyRow[]): Promise<void>;
  setLastNumber(table: CopyTable, number: number): Promise<void>;
  /** Gives the table an identity that none had before. */
  renewIdentity(): Promise<void>;
  /** Keeps what was written: before, there is nothing, and after it all. */
  finish(): Promise<void>;
};

/** Tables of an engine's own, which are not copied. */
export const tablesOfEngines = ["kysely_migration", "kysely_migration_lock", "writers"];

/** Tables in which a first start writes: what they have in an empty task table is replaced. */
export const tablesOfStarts = ["counters", "secrets", "sites", "hosts", "processes"];
