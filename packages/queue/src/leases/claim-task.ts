import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import { type Database, query, raw, type Transaction, type Reader } from "../store/database.ts";
import type { TaskRow } from "../store/schema.ts";
import type { AppName } from "./process-registry.ts";
import type { TaskState } from "../store/task-state.ts";
import { transitionStatement } from "../store/transition.ts";

/**
 * A claimed task, and the token that every later write of its holder carries: a holder that has lost the lease changes
 * nothing.
 */
export type Lease = { readonly token: string; readonly task: TaskRow };

export type ClaimKind = "download" | "delivery";

/** Makes the tasks due whose time has come. */
async function makeDue(transaction: Transaction, now: number): Promise<number> {
  return await transaction.run(
    query
      .updateTable("tasks")
      .set({ not_before: null })
      .where("not_before", "<=", now)
      .where("not_before", "is not", null),
  );
}

/** Returns when the next waiting task or paused site is due again, in milliseconds since the epoch. */
export async function nextDueTime(database: Reader, now: number): Promise<number | undefined> {
  const task = await database.get(
    query
      .selectFrom("tasks")
      .select(({ fn }) => fn.min<number | null>("not_before").as("at"))
      .where("not_before", "is not", null),
  );
  const site = await database.get(
    query
      .selectFrom("sites")
      .select(({ fn }) => fn.min<number | null>(siteOpensAt).as("at"))
      .where("due", ">", sql.lit(0))
      .where(siteOpensAt, ">", now),
  );
  const times = [task?.at, site?.at].filter((time) => typeof time === "number");
  return times.length === 0 ? undefined : Math.min(...times);
}

/**
 * Claims the due task that is first in line, for this process alone. Returns undefined if there is none.
 *
 * A download is claimed from the sites that are not paused and have not reached their limit; a delivery from this
 * machine, or from one without a process that delivers (`isWithinReach`). It is one statement, whose cost grows with
 * the number of sites or machines that have due tasks and with nothing else.
 *
 * @param app the claimant's: with delivery off, the workers deliver. Default: ftp-sender.
 * @param defaultSiteParallel the limit of sites that have none of their own.
 * @param idleSitesOnly claims only a download of a site that has none in work, and of those sites the one that began a
 * download longest ago: another link of a site that has just made room would otherwise take the slot again.
 */
export async function claimTask(
  database: Database,
  kind: ClaimKind,
  claimant: { processId: string; app?: AppName; defaultSiteParallel: number; idleSitesOnly?: boolean },
  now: number,
): Promise<Lease | undefined> {
  const { idleSitesOnly = false, app = "ftp-sender", ...rest } = claimant;
  const claim = { ...rest, app, idleSitesOnly, now };
  if (!(await mayClaim(database, kind, claim))) return undefined;
  const token = randomUUID();
  const statement = kind === "download" ? claimDownload : claimDelivery;
  const task = await database.write(async (transaction) => {
    await makeDue(transaction, now);
    return await transaction.get(raw(statement({ ...claim, token, host: hostname() })));
  });
  return task === undefined ? undefined : { token, task };
}

/** Looks without the write lock: most wake-ups have nothing to claim. */
async function mayClaim(database: Reader, kind: ClaimKind, limits: SiteLimit & { app: AppName }): Promise<boolean> {
  const nextDue = await nextDueTime(database, limits.now);
  if (nextDue !== undefined && nextDue <= limits.now) return true;
  if (kind === "download") return await siteWaits(database, limits);
  const isDue = isWithinReach({ host: hostname(), app: limits.app });
  const due = sql`WITH RECURSIVE ${waitingHosts} SELECT host FROM hosts WHERE ${isDue} LIMIT 1`;
  return (await database.get<unknown>(raw(due))) !== undefined;
}

/** Returns whether a site has a due task and may begin it. */
export async function siteWaits(database: Reader, limits: SiteLimit): Promise<boolean> {
  return (
    (await database.get(
      query.selectFrom("sites").select("name").where("due", ">", sql.lit(0)).where(siteIsOpen(limits)).limit(1),
    )) !== undefined
  );
}

type SiteLimit = { defaultSiteParallel: number; idleSitesOnly: boolean; now: number };
type Claim = SiteLimit & { processId: string; app: AppName; token: string; host: string };

/** The end of a site's pause, or of the interval between two of its starts. */
const siteOpensAt = sql<number>`max(sites.paused_until,
  iif(sites.start_interval_ms > 0, sites.started_at + sites.start_interval_ms, 0))`;

/**
 * The condition that a site is not paused and below its limit. After a pause, that is one task at a time until one
 * succeeds.
 */
export function siteIsOpen({ defaultSiteParallel, idleSitesOnly, now }: SiteLimit): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${siteOpensAt} <= ${now} AND sites.running <
    CASE WHEN sites.pause_level > 0 OR ${idleSitesOnly ? 1 : 0} THEN 1
      ELSE coalesce(sites.parallel, ${defaultSiteParallel}) END)`;
}

/** INDEXED BY, since a fresh database has no statistics and the planner would sort the whole backlog. */
export function claimDownload(claim: Claim): RawBuilder<TaskRow> {
  const first = sql<number>`
      SELECT head.seq FROM sites INDEXED BY sites_open
      CROSS JOIN tasks AS head ON head.seq = (
        SELECT seq FROM tasks INDEXED BY tasks_due
        WHERE state = 'QUEUED' AND not_before IS NULL AND site = sites.name
        ORDER BY rank, seq LIMIT 1)
      WHERE sites.due > 0 AND ${siteIsOpen(claim)}
      ORDER BY iif(${claim.idleSitesOnly ? 1 : 0}, sites.started_at, 0), head.rank, head.seq LIMIT 1`;
  return claimStatement("QUEUED", first, claim);
}

/** Claims a delivery at the head of each machine's own line. */
export function claimDelivery(claim: Claim): RawBuilder<TaskRow> {
  const first = sql<number>`
      WITH RECURSIVE ${waitingHosts}
      SELECT head.seq FROM hosts
      CROSS JOIN tasks AS head ON head.seq = (
        SELECT seq FROM tasks INDEXED BY tasks_deliverable
        WHERE state = 'READY_TO_SEND' AND not_before IS NULL AND host = hosts.host
        ORDER BY rank, seq LIMIT 1)
      WHERE ${isWithinReach(claim)}
      ORDER BY head.rank, head.seq LIMIT 1`;
  return claimStatement("READY_TO_SEND", first, claim);
}

function claimStatement(
  from: TaskState,
  first: RawBuilder<number>,
  { token, processId, now }: Claim,
): RawBuilder<TaskRow> {
  const rows = { where: sql<boolean>`seq = (${first})`, from };
  const holder = { owner: token, process_id: processId, updated_at: now };
  return sql<TaskRow>`${transitionStatement(rows, "claim", holder)} RETURNING *`;
}

/** The machines on which files wait for their delivery, read from the index, one step for each machine. */
const waitingHosts = sql`hosts (host) AS (
  SELECT min(host) FROM tasks INDEXED BY tasks_deliverable WHERE state = 'READY_TO_SEND' AND not_before IS NULL
  UNION ALL
  SELECT (SELECT min(host) FROM tasks INDEXED BY tasks_deliverable
    WHERE state = 'READY_TO_SEND' AND not_before IS NULL AND host > hosts.host)
  FROM hosts WHERE hosts.host IS NOT NULL)`;

/**
 * The condition that a machine is this one, or that no process delivers on it: it may be this one under an earlier
 * name, or a container that shares its disk with this one. A process that does not find the files there puts the task
 * off.
 */
function isWithinReach({ host, app }: { host: string; app: AppName }): RawBuilder<SqlBool> {
  return sql<SqlBool>`hosts.host IS NOT NULL AND (hosts.host = ${host} OR NOT EXISTS (
    SELECT 1 FROM processes WHERE processes.app = ${app} AND processes.host = hosts.host))`;
}
