import { sql } from "kysely";
import { raw, type Transaction } from "../table/database.ts";
import type { SiteRow, TaskRow } from "../table/schema.ts";

/** The sites that have due tasks or are paused, at most `limit`. */
export function sitesInWait(database: Transaction, now: number, limit: number): SiteRow[] {
  return database.all(
    raw(sql<SiteRow>`
      SELECT * FROM sites INDEXED BY sites_open WHERE due > 0
      UNION SELECT * FROM sites WHERE paused_until > ${now} LIMIT ${limit}`),
  );
}

/** The tasks of a site that wait: the due ones in their order, then those that wait for a time; at most `limit` of each. */
export function waitingOf(database: Transaction, site: string, limit: number): TaskRow[] {
  const due = raw(sql<TaskRow>`
    SELECT * FROM tasks INDEXED BY tasks_due
    WHERE state = 'QUEUED' AND not_before IS NULL AND site = ${site} ORDER BY rank, seq LIMIT ${limit}`);
  const deferred = raw(sql<TaskRow>`
    SELECT * FROM tasks INDEXED BY tasks_deferred
    WHERE not_before IS NOT NULL AND state = 'QUEUED' AND site = ${site} ORDER BY not_before LIMIT ${limit}`);
  return [...database.all(due), ...database.all(deferred)];
}

/** The tasks whose time came within a span, in milliseconds since the epoch, and that were not claimed since; at most `limit`. */
export function waitedUntil(database: Transaction, { after, until }: { after: number; until: number }, limit: number) {
  return database.all(waitedUntilQuery({ after, until }, limit));
}

export function waitedUntilQuery({ after, until }: { after: number; until: number }, limit: number) {
  return raw(sql<TaskRow>`
    SELECT * FROM tasks INDEXED BY tasks_deferred
    WHERE not_before IS NOT NULL AND not_before > ${after} AND not_before <= ${until} AND hidden = 0 LIMIT ${limit}`);
}

/** The tasks that wait for their delivery, at most `limit`. */
export function waitingForDelivery(database: Transaction, limit: number): TaskRow[] {
  return database.all(
    raw(sql<TaskRow>`
      SELECT * FROM tasks INDEXED BY tasks_by_state WHERE state = 'READY_TO_SEND' AND hidden = 0 ORDER BY seq LIMIT ${limit}`),
  );
}
