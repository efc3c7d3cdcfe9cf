import { type RawBuilder, sql } from "kysely";
import { fixed, raw, type Reader } from "../store/database.ts";
import { listParameter } from "../store/parameters.ts";
import type { SiteRow, TaskRow } from "../store/schema.ts";
import { dueSites } from "./due-sites.ts";
import type { WaitingTask } from "./wait.ts";

/** The tasks that are read of each line: those behind them have waited for less. */
const perLine = 100;

const columns = [
  ...["seq", "state", "site", "host", "not_before", "due_at", "failure_class", "required_free_bytes"],
  ...["created_at", "updated_at"],
] as const;

export type WaitedTask = WaitingTask & Pick<TaskRow, "due_at">;

/**
 * Returns the tasks that have waited longest: the oldest of those that wait to be downloaded, the first of each site's line, and those that
 * wait longest for their delivery. It reads some hundred rows, however long the lines and the history are.
 */
export async function longestWaiting(database: Reader): Promise<WaitedTask[]> {
  const read = await Promise.all(
    [oldestQueued(), firstOfEachSite(), oldestReady()].map(async (one) => await database.all(raw(one))),
  );
  return [...new Map(read.flat().map((task) => [task.seq, task])).values()];
}

const columnNames = sql.raw(columns.join(", "));

function oldestQueued(): RawBuilder<WaitedTask> {
  return sql<WaitedTask>`
    SELECT ${columnNames} FROM tasks INDEXED BY tasks_by_state WHERE state = 'QUEUED' AND seq > 0
    ORDER BY seq LIMIT ${sql.lit(perLine)}`;
}

function firstOfEachSite(): RawBuilder<WaitedTask> {
  return sql<WaitedTask>`
    WITH RECURSIVE ${dueSites}
    SELECT ${columnNames} FROM tasks WHERE seq IN (
      SELECT (SELECT seq FROM tasks INDEXED BY tasks_due
        WHERE state = 'QUEUED' AND not_before IS NULL AND site = due_sites.site ORDER BY rank, seq LIMIT 1)
      FROM due_sites LIMIT ${sql.lit(perLine)})`;
}

function oldestReady(): RawBuilder<WaitedTask> {
  return sql<WaitedTask>`
    SELECT ${columnNames} FROM tasks INDEXED BY tasks_undelivered WHERE state = 'READY_TO_SEND'
    ORDER BY ready_at LIMIT ${sql.lit(perLine)}`;
}

/** Returns the sites that have due tasks, at most `limit`. */
export async function sitesInLine(database: Reader, limit: number): Promise<SiteRow[]> {
  return await database.all(
    raw(sql<SiteRow>`
      WITH RECURSIVE ${dueSites}
      SELECT sites.* FROM due_sites CROSS JOIN sites WHERE sites.name = due_sites.site LIMIT ${limit}`),
  );
}

/** Returns the sites of these names that are known. */
export async function sitesNamed(database: Reader, names: readonly string[]): Promise<SiteRow[]> {
  const text = "SELECT * FROM sites WHERE name IN (SELECT value FROM json_each(?))";
  return await database.all(fixed<SiteRow>(text, listParameter(names)));
}
