import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { mayShareProcess } from "./one-process.ts";
import { testSources } from "./test-sources.ts";

/** Names the engine of the task tables that tests make; by default each is a file of SQLite. */
export const engineVariable = "DWLD_TEST_ENGINE";

const opensTable = /\b(?:fresh(?:Database|Location)|openTableIn|startDwld(?:WithPage)?)\(/;
/** Plans are those of SQLite, and `engines.test.ts` opens a table of each. */
const never = /\/store\/(?:sqlite|postgres)\/|\/(?:query-plan|engines)\.|^tools\//;
/** With thousands of writes one after the other, each of which is a round trip there. */
const isLong = /\/(?:recount|change-tasks|clean-history|flood|search-tasks)\./;
/** Rooms of verbs of which random ones have the same answers and rows on both engines (`engines.test.ts`), one after the other. */
const areCompared = /^packages\/queue\/src\/(?:tasks|remote-files|sites)\//;
const asksAtOnce = /\bopenedAgain\(|\bPromise\.all\(/;
/** Each process of a test costs as much as the test. */
const startsProcesses = /\bstartProcess\(/;
/** Tests that look into the file of a table. */
const opensFile = /\bDatabaseSync\(|"dwld\.sqlite"/;
const opensPostgres = /\b(?:create(?:Postgres)?Database|freshPostgres|startPostgres)\(/;

/**
 * Returns whether the tests of a file make task tables, and so can run on each engine, unless they choose one themselves.
 * Reads the file and the code for tests that it imports.
 */
export function usesTaskTable(file: string, read?: (path: string) => string): boolean {
  if (never.test(file)) return false;
  const [own = "", ...others] = testSources(resolve(file), read);
  return !opensPostgres.test(own) && !opensFile.test(own) && [own, ...others].some((source) => opensTable.test(source));
}

/**
 * Returns the files of a whole run that run on PostgreSQL as well: those of the queue, where all SQL is, that may find something
 * there which the comparison of the engines does not, but for the longest; or with `isThorough` all that can.
 */
export function filesOnPostgres(files: readonly string[], isThorough: boolean): string[] {
  return files.filter((file) => (isThorough || isChosen(file)) && usesTaskTable(file));
}

function isChosen(file: string): boolean {
  if (!file.startsWith("packages/queue/") || isLong.test(file) || !mayShareProcess(resolve(file))) return false;
  const source = readFileSync(file, "utf8");
  return !startsProcesses.test(source) && (!areCompared.test(file) || asksAtOnce.test(source));
}
