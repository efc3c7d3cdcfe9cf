import { existsSync, rmSync } from "node:fs";
import type BetterSqlite3 from "better-sqlite3";
import { bootId } from "../process-identity.ts";

/**
 * A file of at most this size is checked whole at each start (measured: 0.2 s; 2 s for each GB, 10 if read from the
 * disk).
 */
const wholeUpToBytes = 64 * 1024 * 1024;

/**
 * Returns the path of the mark beside the database: a process met damage while it ran, and the next start checks the
 * whole file.
 */
export function damageMark(path: string): string {
  return `${path}-damaged`;
}

/** Removes the mark of a file that was checked and is intact. */
export function forgetDamage(path: string): void {
  rmSync(damageMark(path), { force: true });
}

/**
 * Describes the damage of a database in SQLite's own words. Returns undefined if it is intact, as far as it was
 * checked.
 *
 * SQLite itself finds a file that is cut off or has no header. Beyond that, a large file is checked whole only after
 * something that may have damaged it: the machine went down while dwld ran, or a process met damage. The death of
 * processes alone (kill -9) damages no file.
 */
export function findDamage(sqlite: BetterSqlite3.Database, path: string): string | undefined {
  const tables = tableNames(sqlite);
  const whole = sizeBytes(sqlite) <= wholeUpToBytes || existsSync(damageMark(path)) || machineWentDown(sqlite, tables);
  if (whole) return firstMistake(sqlite, "quick_check(1)");
  for (const table of tables.filter((name) => !largeTables.includes(name))) {
    const mistake = firstMistake(sqlite, `quick_check("${table}")`);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

/** These tables grow with the history. The others are checked at each start. */
const largeTables = ["tasks", "attempts", "files", "requests", "tombstones"];

/** Checks indexes and constraints as well, which takes several times as long as `findDamage`. */
export function findAnyDamage(sqlite: BetterSqlite3.Database): string | undefined {
  return firstMistake(sqlite, "integrity_check(1)");
}

function firstMistake(sqlite: BetterSqlite3.Database, check: string): string | undefined {
  const found = String(sqlite.pragma(check, { simple: true }));
  return found === "ok" ? undefined : found.replaceAll(/\*\*\*[^*]*\*\*\*|\s+/g, " ").trim();
}

function sizeBytes(sqlite: BetterSqlite3.Database): number {
  return Number(sqlite.pragma("page_count", { simple: true })) * Number(sqlite.pragma("page_size", { simple: true }));
}

/** Returns whether a process of an earlier boot is still registered: it did not end by itself. One machine has the file. */
function machineWentDown(sqlite: BetterSqlite3.Database, tables: readonly string[]): boolean {
  if (!tables.includes("processes")) return false;
  const statement = sqlite.prepare<[string], number>(
    "SELECT 1 FROM processes WHERE json_extract(identity, '$.bootId') <> ? LIMIT 1",
  );
  return statement.pluck().get(bootId()) !== undefined;
}

function tableNames(sqlite: BetterSqlite3.Database): string[] {
  return sqlite.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
}
