import { sql } from "kysely";
import { raw, type Transaction } from "../table/database.ts";
import { siteIsOpen } from "./claim-task.ts";

/** So many tasks are counted: "third in line" helps somebody, "the 4,711th" does not. */
export const countedPlaces = 100;

/**
 * The `seq` of the tasks that are claimed next, in this order, as far as nothing new comes. Read from the head of each
 * open site's own line: the cost grows with the number of sites that have due tasks and with nothing else.
 */
export function firstInLine(database: Transaction, claim: { defaultSiteParallel: number; now: number }): number[] {
  return database.all(raw(lineQuery(claim))).map(({ seq }) => seq);
}

export function lineQuery(claim: { defaultSiteParallel: number; now: number }) {
  return sql<{ seq: number }>`
    SELECT tasks.seq FROM sites INDEXED BY sites_open
    CROSS JOIN tasks ON tasks.seq IN (
      SELECT seq FROM tasks INDEXED BY tasks_due
      WHERE state = 'QUEUED' AND not_before IS NULL AND site = sites.name
      ORDER BY rank, seq LIMIT ${sql.lit(countedPlaces)})
    WHERE sites.due > 0 AND ${siteIsOpen({ ...claim, idleSitesOnly: false })}
    ORDER BY tasks.rank, tasks.seq LIMIT ${sql.lit(countedPlaces)}`;
}
