import { type RawBuilder, sql } from "kysely";
import { fixed, raw, type Reader } from "../store/database.ts";
import { listParameter } from "../store/parameters.ts";
import type { SiteRow, TaskRow } from "../store/schema.ts";
import { dueSites } from "./due-sites.ts";
import type { WaitingTask } from "./wait.ts";

/** The tasks that are read of each line: those behind them have waited for less. */
const perLine = 100;

export type WaitedTask = WaitingTask & Pick<TaskRow, "due_at">;

/**
 * Returns the tasks that have waited longest: the oldest of those that wait to be downloaded, the first of each site's line,
 * and those that wait longest for their delivery. Reads some hundred rows, however long the lines and the history are.
 */
export async function longestWaiting(database: Reader): Promise<WaitedTask[]> {
  const read = await Promise.all(
    [oldestQueued(), firstOfEachSite(), oldestReady()].map(async (one) => await database.all(raw(one))),
  );
  return [...new Map(read.flat().map((task) => [task.seq, task])).values()];
}

const columns = sql.raw(
  "seq, state, site, host, not_before, due_at, failure_class, required_free_bytes, created_at, updated_at",
);

function oldestQueued(): RawBuilder<WaitedTask> {
  return sql<WaitedTask>`
    SELECT ${columns} FROM tasks INDEXED BY tasks_by_state WHERE state = 'QUEUED' AND seq > 0
    ORDER BY seq LIMIT ${sql.lit(perLine)}`;
}

function firstOfEachSite(): RawBuilder<WaitedTask> {
  return sql<WaitedTask>`
    WITH RECURSIVE ${dueSites}
    SELECT ${columns} FROM tasks WHERE seq IN (
      SELECT (SELECT seq FROM tasks INDEXED BY tasks_due
        WHERE state = 'QUEUED' AND not_before IS NULL AND site = due_sites.site ORDER BY rank, seq LIMIT 1)
      FROM due_sites LIMIT ${sql.lit(perLine)})`;
}

function oldestReady(): RawBuilder<WaitedTask> {
  return sql<WaitedTask>`
    SELECT ${columns} FROM tasks INDEXED BY tasks_undelivered WHERE state = 'READY_TO_SEND'
    ORDER BY ready_at LIMIT ${sql.lit(perLine)}`;
}

/** Returns the sites of these names that are known. */
export async function sitesNamed(database: Reader, names: readonly string[]): Promise<SiteRow[]> {
  const text = "SELECT * FROM sites WHERE name IN (SELECT value FROM json_each(?))";
  return await database.all(fixed<SiteRow>(text, listParameter(names)));
}

/** Sums over several sites. `refusing`: the number of those whose breaker is not closed. */
type OtherSites = { readonly due: number; readonly running: number; readonly refusing: number };

const others = `
  SELECT CAST(coalesce(sum(due), 0) AS BIGINT) AS due, CAST(coalesce(sum(running), 0) AS BIGINT) AS running,
    CAST(coalesce(sum(CASE WHEN pause_level > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS refusing
  FROM sites WHERE name NOT IN (SELECT value FROM json_each(?))`;

/** Returns the numbers of due tasks, of running downloads and of refusing sites, of all sites but the named ones. */
export async function otherSites(database: Reader, names: readonly string[]): Promise<OtherSites> {
  const counted = await database.get(fixed<OtherSites>(others, listParameter(names)));
  return counted ?? { due: 0, running: 0, refusing: 0 };
}
