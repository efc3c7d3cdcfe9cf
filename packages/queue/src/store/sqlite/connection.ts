import type BetterSqlite3 from "better-sqlite3";
import type { Compilable } from "../query.ts";
import { withoutNul } from "../parameters.ts";

/** The number of prepared statements that are kept: the texts are few, since lists of values are the exception. */
const maxPrepared = 200;

/** The steps of a transaction. */
const steps = {
  begin: "BEGIN IMMEDIATE",
  commit: "COMMIT",
  rollback: "ROLLBACK",
  savepoint: "SAVEPOINT item",
  release: "RELEASE item",
  undo: "ROLLBACK TO item",
};

/** Runs statements at once, in this process's one connection. Each text is prepared once. */
export class Connection {
  readonly sqlite: BetterSqlite3.Database;
  readonly path: string;
  readonly #prepared = new Map<string, BetterSqlite3.Statement>();

  constructor(sqlite: BetterSqlite3.Database, path: string) {
    this.sqlite = sqlite;
    this.path = path;
  }

  all<Row>(statement: Compilable<Row>): Row[] {
    const { sql, parameters } = statement.compile();
    return this.#prepare(sql).all(...withoutNul(parameters)) as Row[];
  }

  get<Row>(statement: Compilable<Row>): Row | undefined {
    const { sql, parameters } = statement.compile();
    return this.#prepare(sql).get(...withoutNul(parameters)) as Row | undefined;
  }

  /** Returns the number of rows that changed. */
  run(statement: Compilable<unknown>): number {
    const { sql, parameters } = statement.compile();
    return this.#prepare(sql).run(...withoutNul(parameters)).changes;
  }

  step(step: keyof typeof steps): void {
    this.#prepare(steps[step]).run();
  }

  /** Returns the plan that SQLite makes for a statement, a line for each step. */
  explain(statement: Compilable<unknown>): string[] {
    const { sql, parameters } = statement.compile();
    return this.sqlite
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${withStablePlan(sql)}`)
      .all(...parameters)
      .map(({ detail }) => detail);
  }

  close(): void {
    this.#prepared.clear();
    this.sqlite.close();
  }

  #prepare(text: string): BetterSqlite3.Statement {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    const statement = this.sqlite.prepare(withStablePlan(text));
    if (this.#prepared.size >= maxPrepared) this.#prepared.clear();
    this.#prepared.set(text, statement);
    return statement;
  }
}

/**
 * Hides the values of parameters from the planner by a unary plus, which does nothing else. If a value may change the
 * plan, as that of each LIMIT and of many conditions beside a partial index, SQLite compiles the statement again when it
 * is bound, and better-sqlite3 binds anew for each run (measured: 10 to 60 µs for each new task).
 */
function withStablePlan(text: string): string {
  return text.replaceAll(/'[^']*'|"[^"]*"|\?/g, (part) => (part === "?" ? "+?" : part));
}
