import type { Database } from "../store/database.ts";
import type { WriteConnection } from "../store/engine.ts";
import type { Compilable } from "../store/query.ts";
import type { Reader } from "../store/reader.ts";
import type { Topic } from "../store/topics.ts";

/**
 * Runs `before` ahead of each write from now on. If it throws, the write fails with that error.
 *
 * @param before is given whether the write notifies.
 * @returns a function that ends it.
 */
export function beforeWrites(database: Database, before: (notifies: boolean) => void | Promise<void>): () => void {
  const write = database.write.bind(database);
  const writePipelined = database.writePipelined.bind(database);
  database.write = async (...given) => {
    await before(given[1] ?? true);
    return await write(...given);
  };
  database.writePipelined = async (change) => {
    await before(true);
    return await writePipelined(change);
  };
  return () => {
    Object.assign(database, { write, writePipelined });
  };
}

type Statement = Compilable<unknown>;

/** The commits and statements of a process. */
export type TableUse = { statements: string[]; commits: number };

/** Records what is asked of a database from now on. */
export function recordUse(database: Database): TableUse {
  const use: TableUse = { statements: [], commits: 0 };
  watchStatements(database, (statement) => use.statements.push(statement.compile().sql));
  watchCommits(database, (told) => {
    use.commits += 1;
    // The engine itself counts the topics.
    if (told.size > 0) use.statements.push("UPDATE counters: notifications");
  });
  return use;
}

/** Calls `seen` after each commit from now on, with the topics that it concerned. */
export function watchCommits({ engine }: Database, seen: (told: ReadonlySet<Topic>) => void): void {
  const transaction = engine.transaction.bind(engine);
  engine.transaction = async (work) => {
    const result = await transaction(work);
    seen(result.told);
    return result;
  };
}

/** Calls `seen` with each statement from now on, before it is run. */
export function watchStatements({ engine }: Database, seen: (statement: Statement) => void): void {
  const watched = <Asked extends Reader>(reader: Asked): Asked => ({
    ...reader,
    all: async (statement) => {
      seen(statement);
      return await reader.all(statement);
    },
    get: async (statement) => {
      seen(statement);
      return await reader.get(statement);
    },
  });
  Object.assign(engine.reader, watched({ ...engine.reader }));
  const transaction = engine.transaction.bind(engine);
  engine.transaction = async (work) =>
    await transaction(async (connection) => {
      const run: WriteConnection["run"] = async (statement) => {
        seen(statement);
        return await connection.run(statement);
      };
      return await work({ ...watched(connection), run });
    });
}
