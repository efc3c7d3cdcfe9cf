import { type RawBuilder, type SqlBool, sql } from "kysely";

/**
 * @property defaultSiteParallel the limit of sites that have none of their own.
 * @property idleSitesOnly only a site that has nothing in work is open.
 */
export type SiteLimit = { defaultSiteParallel: number; idleSitesOnly: boolean; now: number };

/** The end of a site's pause, or of the interval between two of its starts. */
export const siteOpensAt = sql<number>`(CASE
  WHEN sites.start_interval_ms > 0 AND sites.started_at + sites.start_interval_ms > sites.paused_until
  THEN sites.started_at + sites.start_interval_ms ELSE sites.paused_until END)`;

/**
 * The condition that a site is not paused and below its limit. After a pause, that is one task at a time until one
 * succeeds.
 */
export function siteIsOpen({ defaultSiteParallel, idleSitesOnly, now }: SiteLimit): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${siteOpensAt} <= ${now} AND sites.running <
    CASE WHEN sites.pause_level > 0 OR ${idleSitesOnly ? 1 : 0} = 1 THEN 1
      ELSE coalesce(sites.parallel, ${defaultSiteParallel}) END)`;
}
