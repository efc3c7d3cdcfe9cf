import BetterSqlite3 from "better-sqlite3";
import type { TaskTable } from "../task-table.ts";

const patience = { timeout: 10_000 };

export function openSqliteTable(path: string): TaskTable {
  const reader = new BetterSqlite3(path, { readonly: true, ...patience });
  return {
    rows: async <R>(query: string) => reader.prepare<[], R>(query).all(),
    recordTransitions: async () => {
      const writer = new BetterSqlite3(path, patience);
      writer.exec(journal);
      writer.close();
    },
    damage: async () => {
      const found = reader.pragma("integrity_check", { simple: true });
      return found === "ok" ? [] : [String(found)];
    },
    [Symbol.asyncDispose]: async () => void reader.close(),
  };
}

const journal = `
  CREATE TABLE chaos_journal
    (seq INTEGER PRIMARY KEY, task TEXT NOT NULL, site TEXT NOT NULL, was TEXT, became TEXT);
  CREATE TRIGGER chaos_added AFTER INSERT ON tasks
    BEGIN INSERT INTO chaos_journal (task, site, was, became) VALUES (NEW.id, NEW.site, NULL, NEW.state); END;
  CREATE TRIGGER chaos_changed AFTER UPDATE OF state ON tasks WHEN OLD.state IS NOT NEW.state
    BEGIN INSERT INTO chaos_journal (task, site, was, became) VALUES (NEW.id, NEW.site, OLD.state, NEW.state); END;
  CREATE TRIGGER chaos_forgotten AFTER DELETE ON tasks
    BEGIN INSERT INTO chaos_journal (task, site, was, became) VALUES (OLD.id, OLD.site, OLD.state, NULL); END;
`;
