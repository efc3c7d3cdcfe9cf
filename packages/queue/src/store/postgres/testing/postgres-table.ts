import { readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { createDatabase, type TestDatabase, type TestLocation } from "@dwld/testbed";
import { type Database, type DatabaseOptions, fixed } from "../../database.ts";
import type { PostgresLocation } from "../../location.ts";
import { openDatabase } from "../../open-database.ts";
import { atEnd } from "../../../testing/fresh-database.ts";

/** Creates an empty database on a server until the end of the test, when all tables in it are closed. */
export async function emptyDatabase(test: TestContext): Promise<TestDatabase> {
  const database = await createDatabase();
  atEnd(test, () => database.drop());
  return database;
}

/** Opens the task table of a test database until the end of the test. */
export async function openTable(
  test: TestContext,
  location: TestLocation & Partial<PostgresLocation>,
  options: DatabaseOptions = {},
): Promise<Database> {
  const readSecret = (file: string) => readFileSync(file, "utf8").trimEnd();
  const database = await openDatabase(location, { readSecret, ...options });
  atEnd(test, () => database.close());
  return database;
}

/** A table beside those of dwld, in which each write is a row: what was done twice or never shows. */
export class Ledger {
  readonly #database: TestDatabase;
  /** Counts how often the change of a row was run. */
  readonly runs = new Map<number, number>();

  private constructor(database: TestDatabase) {
    this.#database = database;
  }

  static async make(database: TestDatabase): Promise<Ledger> {
    await database.query("CREATE TABLE ledger (n integer)");
    await database.query("GRANT ALL ON ledger TO dwld");
    return new Ledger(database);
  }

  /** @param beforeCommit is called when all but the commit is done, with how often it was. */
  async write(database: Database, n: number, beforeCommit?: (run: number) => void): Promise<void> {
    await database.write(async (transaction) => {
      const run = (this.runs.get(n) ?? 0) + 1;
      this.runs.set(n, run);
      await transaction.run(fixed("INSERT INTO ledger VALUES (?)", n));
      beforeCommit?.(run);
    });
  }

  /** Returns what was written, in order. */
  async rows(): Promise<number[]> {
    const rows = await this.#database.query("SELECT n FROM ledger ORDER BY n");
    return rows.map(({ n }) => Number(n));
  }

  async has(n: number): Promise<boolean> {
    return (await this.rows()).includes(n);
  }
}
