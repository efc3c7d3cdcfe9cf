import { type RawBuilder, sql } from "kysely";
import { raw, type Reader } from "../store/database.ts";
import { type Host, isWithinReach } from "../hosts/host.ts";
import { type ClaimKind, nameless } from "./claim-task.ts";
import { dueSites } from "./due-sites.ts";
import { siteIsOpen, type SiteLimit, siteOpensAt } from "./site-is-open.ts";

/** The answer to the question whether there is something to claim. */
export type Prospect = {
  /** A claim would find a task. */
  isDue: boolean;
  /** A download waits for space on the disk. */
  waitsForSpace: boolean;
  /** When the next waiting task or paused site is due, in milliseconds since the epoch. Undefined: none waits. */
  nextAt: number | undefined;
};

type Row = { taskAt: number | null; siteAt: number | null; isOpen: number | null; waitsForSpace: number };

/** Looks for work in one statement and without the write lock: most looks find nothing to claim. */
export async function lookForWork(
  database: Reader,
  kind: ClaimKind,
  claimant: { host?: Host; defaultSiteParallel: number; idleSitesOnly?: boolean },
  now: number,
): Promise<Prospect> {
  const { idleSitesOnly = false, host = nameless, defaultSiteParallel } = claimant;
  const look =
    kind === "download" ? downloadProspect({ defaultSiteParallel, idleSitesOnly, now }) : deliveryProspect(host);
  const { taskAt = null, siteAt = null, isOpen, waitsForSpace } = (await database.get(raw(look))) ?? {};
  const times = [taskAt, siteAt].filter((time) => time !== null);
  return {
    isDue: isOpen === 1 || (taskAt !== null && taskAt <= now),
    waitsForSpace: waitsForSpace === 1,
    nextAt: times.length === 0 ? undefined : Math.min(...times),
  };
}

const nextTaskAt = sql`(SELECT min(not_before) FROM tasks INDEXED BY tasks_deferred WHERE not_before IS NOT NULL)`;

function downloadProspect(limits: SiteLimit): RawBuilder<Row> {
  return sql<Row>`
    WITH RECURSIVE ${dueSites}
    SELECT ${nextTaskAt} AS "taskAt",
      min(${siteOpensAt}) FILTER (WHERE ${siteOpensAt} > ${limits.now}) AS "siteAt",
      max(CASE WHEN ${siteIsOpen(limits)} THEN 1 ELSE 0 END) AS "isOpen",
      CASE WHEN EXISTS (SELECT 1 FROM tasks INDEXED BY tasks_waiting_for_space
        WHERE state = 'QUEUED' AND not_before IS NOT NULL AND required_free_bytes IS NOT NULL)
        THEN 1 ELSE 0 END AS "waitsForSpace"
    FROM due_sites CROSS JOIN sites WHERE sites.name = due_sites.site`;
}

function deliveryProspect(host: Host): RawBuilder<Row> {
  return sql<Row>`
    SELECT ${nextTaskAt} AS "taskAt", NULL AS "siteAt", 0 AS "waitsForSpace",
      CASE WHEN EXISTS (SELECT 1 FROM hosts WHERE ${isWithinReach(host)} AND EXISTS (
        SELECT 1 FROM tasks INDEXED BY tasks_deliverable
        WHERE state = 'READY_TO_SEND' AND not_before IS NULL AND host = hosts.name)) THEN 1 ELSE 0 END AS "isOpen"`;
}
