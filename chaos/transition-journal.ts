import BetterSqlite3 from "better-sqlite3";
import { allTransitions, initialStates } from "@dwld/queue";

/** A change of a task's state; `from` is null for a new task, `to` for a removed one. */
export type Transition = { task: string; from: string | null; to: string | null };

/** Adds triggers to the task table that record every change of a state. dwld does not know of them. */
export function recordTransitions(table: string): void {
  const database = new BetterSqlite3(table, { timeout: 10_000 });
  database.exec(`
    CREATE TABLE chaos_journal (seq INTEGER PRIMARY KEY, task TEXT NOT NULL, was TEXT, became TEXT);
    CREATE TRIGGER chaos_added AFTER INSERT ON tasks
      BEGIN INSERT INTO chaos_journal (task, was, became) VALUES (NEW.id, NULL, NEW.state); END;
    CREATE TRIGGER chaos_changed AFTER UPDATE OF state ON tasks WHEN OLD.state IS NOT NEW.state
      BEGIN INSERT INTO chaos_journal (task, was, became) VALUES (NEW.id, OLD.state, NEW.state); END;
    CREATE TRIGGER chaos_forgotten AFTER DELETE ON tasks
      BEGIN INSERT INTO chaos_journal (task, was, became) VALUES (OLD.id, OLD.state, NULL); END;
  `);
  database.close();
}

/** Returns the number of recorded changes, and those that are no edge of the state machine. */
export function illegalTransitions(table: string): { count: number; illegal: Transition[] } {
  const database = new BetterSqlite3(table, { readonly: true, timeout: 10_000 });
  const journal = database
    .prepare<[], Transition>('SELECT task, was AS "from", became AS "to" FROM chaos_journal ORDER BY seq')
    .all();
  database.close();
  const legal = new Set(allTransitions().map(({ from, to }) => `${from} ${to}`));
  const illegal = journal.filter(({ from, to }) =>
    from === null ? to !== initialStates.added : to !== null && !legal.has(`${from} ${to}`),
  );
  return { count: journal.length, illegal };
}
