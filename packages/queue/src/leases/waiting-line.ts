import { type RawBuilder, sql } from "kysely";
import { raw, type Reader } from "../store/database.ts";
import { dueSites } from "./due-sites.ts";
import { siteIsOpen } from "./site-is-open.ts";

/** The number of places that are counted: "third in line" helps a person, "the 4,711th" does not. */
export const countedPlaces = 50;

/** The first due task of a site. @property free the number of further downloads that the site may begin now. */
type Head = { name: string; rank: number; free: number };
type Place = { seq: number; rank: number };

/**
 * Returns the `seq` of the tasks of open sites, the next to be claimed first: those that may begin now in the order of
 * the claim, then those that wait for another link of their site as well. No more sites than counted places can have a
 * task among them, so the cost grows with the number of sites that have due tasks and with nothing else.
 */
export async function firstInLine(
  database: Reader,
  claim: { defaultSiteParallel: number; now: number },
): Promise<number[]> {
  const places: (Place & { isHeld: number })[] = [];
  for (const { name, free } of await database.all(raw(headsQuery(claim)))) {
    const line = await database.all(raw(lineQuery(name)));
    places.push(...line.map((place, index) => ({ ...place, isHeld: index < free ? 0 : 1 })));
  }
  return places
    .toSorted((a, b) => a.isHeld - b.isHeld || a.rank - b.rank || a.seq - b.seq)
    .slice(0, countedPlaces)
    .map(({ seq }) => seq);
}

/** The open sites whose first task comes first. */
export function headsQuery(claim: { defaultSiteParallel: number; now: number }): RawBuilder<Head> {
  return sql<Head>`
    WITH RECURSIVE ${dueSites}
    SELECT name, (SELECT min(rank) FROM tasks INDEXED BY tasks_due
      WHERE state = 'QUEUED' AND not_before IS NULL AND site = sites.name) AS rank,
      CASE WHEN pause_level > 0 OR start_interval_ms > 0 THEN 1
        ELSE coalesce(parallel, ${claim.defaultSiteParallel}) - running END AS free
    FROM due_sites CROSS JOIN sites
    WHERE sites.name = due_sites.site AND ${siteIsOpen({ ...claim, idleSitesOnly: false })}
    ORDER BY rank LIMIT ${sql.lit(countedPlaces)}`;
}

export function lineQuery(site: string): RawBuilder<Place> {
  return sql<Place>`
    SELECT seq, rank FROM tasks INDEXED BY tasks_due
    WHERE state = 'QUEUED' AND not_before IS NULL AND site = ${site}
    ORDER BY rank, seq LIMIT ${sql.lit(countedPlaces)}`;
}
