import { sql } from "kysely";
import { type Database, query, type Transaction, type Reader } from "../store/database.ts";
import { hasEnded, type ProcessIdentity } from "../store/process-identity.ts";
import { ConfirmedTime } from "./confirmed-time.ts";
import { listProcesses, heartbeatIntervalMs, leaseMs } from "./process-registry.ts";
import type { ProcessRow } from "../store/schema-of-hosts.ts";
import { transition } from "../store/transition.ts";
import { purgeDeleted } from "../tasks/tombstone.ts";

/** The timing by which a process counts as dead; the same for all processes that share a database. */
export type LeaseTiming = {
  /** Milliseconds between two heartbeats, and between two looks at those of others. */
  heartbeatIntervalMs: number;
  /** A process whose heartbeat has not changed for this time, in milliseconds, loses its leases. */
  leaseMs: number;
};

/**
 * Finds dead processes. A process of this host whose pid is gone is dead at once. Any other is dead when its heartbeat
 * has not changed for the lease's time of this process's own monotonic clock, since wall clocks jump and hosts disagree.
 * That clock stands still while the observer's own heartbeat does: see `ConfirmedTime`.
 */
export class LeaseWatch {
  readonly #timing: LeaseTiming;
  readonly #seen = new Map<string, { heartbeat: number; stillMs: number }>();
  readonly #time: ConfirmedTime;

  constructor(timing: LeaseTiming = { heartbeatIntervalMs, leaseMs }) {
    this.#timing = timing;
    this.#time = new ConfirmedTime(timing.heartbeatIntervalMs);
  }

  /** Returns the dead processes among those in the table. @param ownId the observer's own process. */
  findDead(processes: readonly ProcessRow[], monotonicMs: number, ownId: string): ProcessRow[] {
    const own = processes.find(({ id }) => id === ownId);
    const passedMs = this.#time.passedUntil(own, monotonicMs);
    const present = new Set(processes.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!present.has(id)) this.#seen.delete(id);
    return processes.filter((process) => {
      if (process.id === ownId) return false;
      if (process.host === own?.host && isGone(process)) return true;
      const seen = this.#seen.get(process.id);
      const stillMs = seen?.heartbeat === process.heartbeat ? seen.stillMs + passedMs : 0;
      this.#seen.set(process.id, { heartbeat: process.heartbeat, stillMs });
      return stillMs > this.#timing.leaseMs;
    });
  }
}

function isGone(process: ProcessRow): boolean {
  const identity = JSON.parse(process.identity) as ProcessIdentity | null;
  return identity !== null && hasEnded(identity);
}

/**
 * Requeues what dead processes held, and what is held by processes that are not registered. Returns the number of
 * tasks.
 */
export async function expireLeases(database: Database, watch: LeaseWatch, ownId: string, now: number): Promise<number> {
  // Taken before the query, since a late answer describes the time of its question.
  const atMs = performance.now();
  const dead = watch.findDead(await listProcesses(database), atMs, ownId);
  let expired = 0;
  for (const process of dead) expired += await evict(database, process, now);
  for (const processId of await orphanedOwners(database)) expired += await requeueOrphaned(database, processId, now);
  return expired;
}

async function evict(database: Database, process: Pick<ProcessRow, "id" | "heartbeat">, now: number): Promise<number> {
  return await database.write(async (transaction) => {
    // A heartbeat since the look proves that the process lives.
    const gone = await transaction.run(
      query.deleteFrom("processes").where("id", "=", process.id).where("heartbeat", "=", process.heartbeat),
    );
    return gone === 0 ? 0 : await requeueTasksOf(transaction, process.id, now);
  });
}

/**
 * Requeues what a process held that ended with work in hand, or that claimed between its eviction and its next
 * heartbeat.
 */
async function requeueOrphaned(database: Database, processId: string, now: number): Promise<number> {
  return await database.write(async (transaction) =>
    (await orphanedOwners(transaction)).includes(processId) ? await requeueTasksOf(transaction, processId, now) : 0,
  );
}

async function orphanedOwners(database: Reader): Promise<string[]> {
  return (
    await database.all(
      query
        .selectFrom("tasks")
        .select("process_id")
        .distinct()
        .where("process_id", "is not", null)
        .where("process_id", "not in", query.selectFrom("processes").select("id")),
    )
  )
    .map(({ process_id }) => process_id)
    .filter((id) => id !== null);
}

export async function requeueTasksOf(transaction: Transaction, processId: string, now: number): Promise<number> {
  transaction.tell("leases", "ends");
  const rows = { where: sql<boolean>`process_id = ${processId}`, index: "tasks_held" };
  const interrupted = { interruption_count: sql<number>`interruption_count + 1`, updated_at: now };
  const requeued = await transition(transaction, rows, "requeued", interrupted);
  // The remaining tasks that it holds were canceled.
  const free = { owner: null, process_id: null, progress: null };
  const canceled = await transaction.run(query.updateTable("tasks").set(free).where("process_id", "=", processId));
  await purgeDeleted(transaction);
  return requeued + canceled;
}
