import { sql } from "kysely";
import { raw, type Reader } from "../store/database.ts";
import { dueSites } from "./due-sites.ts";
import type { SiteRow, TaskRow } from "../store/schema.ts";

/** Returns the sites that have due tasks or are paused, at most `limit`. */
export async function sitesInWait(database: Reader, now: number, limit: number): Promise<SiteRow[]> {
  return await database.all(
    raw(sql<SiteRow>`
      WITH RECURSIVE ${dueSites}
      SELECT sites.* FROM due_sites CROSS JOIN sites WHERE sites.name = due_sites.site
      UNION SELECT * FROM sites WHERE paused_until > ${now} LIMIT ${limit}`),
  );
}

/**
 * Returns the waiting tasks of a site: the due ones in their order, then those that wait for a time; at most `limit` of
 * each.
 */
export async function waitingOf(database: Reader, site: string, limit: number): Promise<TaskRow[]> {
  const due = raw(sql<TaskRow>`
    SELECT * FROM tasks INDEXED BY tasks_due
    WHERE state = 'QUEUED' AND not_before IS NULL AND site = ${site} ORDER BY rank, seq LIMIT ${limit}`);
  const deferred = raw(sql<TaskRow>`
    SELECT * FROM tasks INDEXED BY tasks_deferred
    WHERE not_before IS NOT NULL AND state = 'QUEUED' AND site = ${site} ORDER BY not_before, seq LIMIT ${limit}`);
  return [...(await database.all(due)), ...(await database.all(deferred))];
}

/**
 * Returns the tasks whose time came within a span, in milliseconds since the epoch, and that were not claimed since, in
 * that order; at most `limit`.
 */
export async function waitedUntil(
  database: Reader,
  { after, until }: { after: number; until: number },
  limit: number,
): Promise<TaskRow[]> {
  return await database.all(
    raw(sql<TaskRow>`
      SELECT * FROM tasks INDEXED BY tasks_deferred
      WHERE not_before IS NOT NULL AND not_before > ${after} AND not_before <= ${until} AND hidden = 0
      ORDER BY not_before, seq LIMIT ${limit}`),
  );
}

/** Returns the tasks that wait for their delivery, at most `limit`. */
export async function waitingForDelivery(database: Reader, limit: number): Promise<TaskRow[]> {
  return await database.all(
    raw(sql<TaskRow>`
      SELECT * FROM tasks INDEXED BY tasks_by_state WHERE state = 'READY_TO_SEND' AND hidden = 0 ORDER BY seq LIMIT ${limit}`),
  );
}
