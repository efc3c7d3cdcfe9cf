import { statSync } from "node:fs";
import BetterSqlite3 from "better-sqlite3";
import { explainOpenError } from "./database-error.ts";
import { findDamage } from "./find-damage.ts";
import { pendingMigrations, refuseOtherSchemas } from "./migrate.ts";

/** The state of a task table's file. */
export type DatabaseFacts =
  /** The first start makes it. */
  | { state: "absent" }
  | {
      state: "there";
      sizeBytes: number;
      tasks: number;
      /** The migrations that the next start applies. */
      pending: string[];
      /** The damage in SQLite's own words; undefined: none was found. */
      damage: string | undefined;
    };

/**
 * Inspects the task table without changing anything, whatever else runs.
 *
 * @throws DatabaseError if the file cannot be read, or is not dwld's.
 */
export function inspectDatabase(path: string): DatabaseFacts {
  const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (sizeBytes === 0) return { state: "absent" };
  try {
    const sqlite = new BetterSqlite3(path, { readonly: true, timeout: 2000 });
    try {
      refuseOtherSchemas(sqlite, path);
      const pending = pendingMigrations(sqlite);
      const damage = findDamage(sqlite, path);
      return { state: "there", sizeBytes, tasks: countRows(sqlite), pending, damage };
    } finally {
      sqlite.close();
    }
  } catch (error) {
    throw explainOpenError(error, path);
  }
}

/** Returns 0 if the file has no schema yet. */
function countRows(sqlite: BetterSqlite3.Database): number {
  const table = sqlite.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'tallies'").get();
  if (table === undefined) return 0;
  return sqlite.prepare<[], number>("SELECT coalesce(sum(count), 0) FROM tallies").pluck().get() ?? 0;
}
