import { randomUUID } from "node:crypto";
import { type RawBuilder, sql } from "kysely";
import { type Database, query, raw, type Transaction } from "../store/database.ts";
import type { TaskRow } from "../store/schema.ts";
import { dueSites } from "./due-sites.ts";
import { type Host, isWithinReach } from "../hosts/host.ts";
import { siteIsOpen, type SiteLimit } from "./site-is-open.ts";
import type { TaskState } from "../store/task-state.ts";
import { transitionStatement } from "../store/transition.ts";

/**
 * A claimed task, and the token that every later write of its holder carries: a holder that has lost the lease changes
 * nothing.
 */
export type Lease = { readonly token: string; readonly task: TaskRow };

export type ClaimKind = "download" | "delivery";

/** Makes the tasks due whose time has come. */
export async function makeDue(transaction: Transaction, now: number): Promise<number> {
  return await transaction.run(
    query
      .updateTable("tasks")
      .set({ not_before: null })
      .where("not_before", "<=", now)
      .where("not_before", "is not", null),
  );
}

/** Writes what the claimant would write first, in the transaction of the claim. It awaits nothing else. */
export type OnClaim = (transaction: Transaction, lease: Lease) => Promise<void>;

/**
 * Claims the due task that is first in line, for this process alone. Returns undefined if there is none.
 *
 * A download is claimed from the sites that are not paused and have not reached their limit; a delivery if its files are
 * within the claimant's reach (`isWithinReach`). It is one statement, whose cost grows with the number of sites that
 * have due tasks, or of hosts, and with nothing else.
 *
 * @param host the claimant's. Default: only deliveries from before hosts had names are within its reach.
 * @param defaultSiteParallel the limit of sites that have none of their own.
 * @param idleSitesOnly claims only a download of a site that has none in work, and of those sites the one that began a
 * download longest ago: another link of a site that has just made room would otherwise take the slot again.
 */
export async function claimTask(
  database: Database,
  kind: ClaimKind,
  claimant: {
    processId: string;
    host?: Host;
    defaultSiteParallel: number;
    idleSitesOnly?: boolean;
    onClaim?: OnClaim | undefined;
  },
  now: number,
): Promise<Lease | undefined> {
  const { idleSitesOnly = false, host = nameless, onClaim, ...rest } = claimant;
  const token = randomUUID();
  const claim = { ...rest, host, idleSitesOnly, token, now };
  const statement = kind === "download" ? claimDownload : claimDelivery;
  return await database.write(async (transaction) => {
    // Both statements are asked for at once, and run in this order.
    const [, task] = await Promise.all([makeDue(transaction, now), transaction.get(raw(statement(claim)))]);
    if (task === undefined) return undefined;
    const lease = { token, task };
    await onClaim?.(transaction, lease);
    return lease;
  });
}

type Claim = SiteLimit & { processId: string; token: string; host: Host };

/** A host that reaches only what is from before hosts had names. */
export const nameless: Host = { name: "", shared: "" };

/** INDEXED BY, since a fresh database has no statistics and the planner would sort the whole backlog. */
export function claimDownload(claim: Claim): RawBuilder<TaskRow> {
  const first = sql<number>`
      WITH RECURSIVE ${dueSites}
      SELECT head.seq FROM due_sites CROSS JOIN sites CROSS JOIN tasks AS head
      WHERE sites.name = due_sites.site AND head.seq = (
        SELECT seq FROM tasks INDEXED BY tasks_due
        WHERE state = 'QUEUED' AND not_before IS NULL AND site = sites.name
        ORDER BY rank, seq LIMIT 1)
        AND ${siteIsOpen(claim)}
      ORDER BY CASE WHEN ${claim.idleSitesOnly ? 1 : 0} = 1 THEN sites.started_at ELSE 0 END, head.rank, head.seq
      LIMIT 1`;
  return claimStatement("QUEUED", first, claim);
}

/** Claims a delivery at the head of each host's own line. */
export function claimDelivery(claim: Claim): RawBuilder<TaskRow> {
  const first = sql<number>`
      SELECT head.seq FROM hosts CROSS JOIN tasks AS head
      WHERE ${isWithinReach(claim.host)} AND head.seq = (
        SELECT seq FROM tasks INDEXED BY tasks_deliverable
        WHERE state = 'READY_TO_SEND' AND not_before IS NULL AND host = hosts.name
        ORDER BY rank, seq LIMIT 1)
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
