import { existsSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import type BetterSqlite3 from "better-sqlite3";
import { bootId } from "./process-identity.ts";

/** A file of at most so many bytes is looked at whole, at each start (measured: 0.2 s; 2 s for each GB, 10 from the disk). */
const wholeUpToBytes = 64 * 1024 * 1024;

/** Beside the database: some process met damage while it ran, and the next start has to look at all of it. */
export function damageMark(path: string): string {
  return `${path}-damaged`;
}

/** The file was looked at and is intact. */
export function forgetDamage(path: string): void {
  rmSync(damageMark(path), { force: true });
}

/**
 * What is wrong with a database, in SQLite's own words; undefined where it is intact, as far as was looked.
 *
 * SQLite itself finds a file that is cut off or has no header. Beyond that a large one is looked at whole only after
 * what may have damaged it: the machine went down while dwld ran, or a process met damage. What ends processes alone
 * (kill -9) damages no file.
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

/** These grow with the history; the others are looked at at each start. */
const largeTables = ["tasks", "attempts", "files", "requests", "tombstones"];

/** Also what indexes and constraints say: several times as long as `findDamage`. */
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

/** A process of this machine, in an earlier life of it, did not say goodbye. */
function machineWentDown(sqlite: BetterSqlite3.Database, tables: readonly string[]): boolean {
  if (!tables.includes("processes")) return false;
  const statement = sqlite.prepare<[string, string], number>(
    "SELECT 1 FROM processes WHERE host = ? AND json_extract(identity, '$.bootId') <> ? LIMIT 1",
  );
  return statement.pluck().get(hostname(), bootId()) !== undefined;
}

function tableNames(sqlite: BetterSqlite3.Database): string[] {
  return sqlite.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
}
