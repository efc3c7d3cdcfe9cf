import { statSync } from "node:fs";
import BetterSqlite3 from "better-sqlite3";
import { explainOpenError } from "./sqlite-error.ts";
import { findDamage } from "./find-damage.ts";
import { type CounterRow, countersOf, readCounters } from "../counters.ts";
import type { DatabaseFacts, SchemaState } from "../database-facts.ts";
import type { SqliteLocation } from "../location.ts";
import { pendingMigrations, refuseOtherSchemas } from "./migrate.ts";
import { taskStates } from "../task-state.ts";

/**
 * Inspects the task table without changing anything, whatever else runs.
 *
 * @throws DatabaseError if the file cannot be read, or is not dwld's.
 */
export function inspectFile({ path }: SqliteLocation): DatabaseFacts {
  const sizeBytes = sizeOf(path);
  if (sizeBytes === 0) return { state: "absent" };
  return reading(path, (sqlite) => {
    const pending = pendingMigrations(sqlite);
    const damage = findDamage(sqlite, path);
    return { state: "there", sizeBytes, tasks: countRows(sqlite), pending, damage };
  });
}

/** @throws DatabaseError as `inspectFile`. */
export function schemaStateOf({ path }: SqliteLocation): SchemaState {
  if (sizeOf(path) === 0) return "absent";
  return reading(path, (sqlite) => (pendingMigrations(sqlite).length === 0 ? "current" : "older"));
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function reading<Result>(path: string, look: (sqlite: BetterSqlite3.Database) => Result): Result {
  try {
    const sqlite = new BetterSqlite3(path, { readonly: true, timeout: 2000 });
    try {
      refuseOtherSchemas(sqlite, path);
      return look(sqlite);
    } finally {
      sqlite.close();
    }
  } catch (error) {
    throw explainOpenError(error, path);
  }
}

/** Returns 0 if the file has no schema yet. */
function countRows(sqlite: BetterSqlite3.Database): number {
  const table = sqlite.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'counters'").get();
  if (table === undefined) return 0;
  const counts = countersOf(taskStates, sqlite.prepare<[], CounterRow>(readCounters).all());
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
