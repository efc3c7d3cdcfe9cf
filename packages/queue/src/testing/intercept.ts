import { Connection } from "../store/connection.ts";
import type { Database } from "../store/database.ts";

/**
 * Runs `before` ahead of each write from now on. If it throws, the write fails with that error.
 *
 * @param before is given whether the write notifies.
 * @returns a function that ends it.
 */
export function beforeWrites(database: Database, before: (notifies: boolean) => void | Promise<void>): () => void {
  const write = database.write.bind(database);
  database.write = async (...given) => {
    await before(given[1] ?? true);
    return await write(...given);
  };
  return () => {
    database.write = write;
  };
}

type Statement = Parameters<Connection["run"]>[0];

const verbs = ["all", "get", "run"] as const;

type Step = Parameters<Connection["step"]>[0];

/** The commits and statements of a process. */
export type TableUse = { statements: string[]; commits: number };

/** Records what is asked of a database from now on. Another one of the same file needs another spelling of its path. */
export function recordUse(database: Database): TableUse {
  const use: TableUse = { statements: [], commits: 0 };
  watchStatements(database, (statement) => use.statements.push(statement.compile().sql));
  const step = Reflect.get(Connection.prototype, "step");
  Reflect.set(Connection.prototype, "step", function watched(this: Connection, name: Step) {
    if (this.path === database.path && name === "commit") use.commits += 1;
    step.call(this, name);
  });
  return use;
}

/** Calls `seen` with each statement from now on, before it is run. */
export function watchStatements({ path }: Database, seen: (statement: Statement) => void): void {
  for (const verb of verbs) {
    const run = Reflect.get(Connection.prototype, verb) as (statement: Statement) => unknown;
    Reflect.set(Connection.prototype, verb, function watched(this: Connection, statement: Statement) {
      if (this.path === path) seen(statement);
      return run.call(this, statement);
    });
  }
}
