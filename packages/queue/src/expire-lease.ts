import { hostname } from "node:os";
import { sql } from "kysely";
import { type Database, query } from "./database.ts";
import { isRunning, type ProcessIdentity } from "./process-identity.ts";
import { listProcesses } from "./list-tasks.ts";
import { leaseMs } from "./presence.ts";
import type { ProcessRow } from "./schema.ts";
import { forgetHidden } from "./settle-task.ts";
import { nextState } from "./task-state.ts";

/**
 * Tells the dead from the living. A process of this machine whose pid is gone is dead at once; any other when its beat
 * has not changed for the lease's time of this process's own monotonic clock, since wall clocks jump and hosts disagree.
 */
export class LeaseWatch {
  readonly #seen = new Map<string, { beat: number; sinceMs: number }>();

  /** The processes that are dead, of those in the table. */
  findDead(processes: readonly ProcessRow[], monotonicMs: number): ProcessRow[] {
    const present = new Set(processes.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!present.has(id)) this.#seen.delete(id);
    return processes.filter((process) => {
      if (process.host === hostname() && !isAlive(process)) return true;
      const seen = this.#seen.get(process.id);
      if (seen?.beat === process.beat) return monotonicMs - seen.sinceMs > leaseMs;
      this.#seen.set(process.id, { beat: process.beat, sinceMs: monotonicMs });
      return false;
    });
  }
}

function isAlive(process: ProcessRow): boolean {
  const identity = JSON.parse(process.identity) as ProcessIdentity | null;
  return identity === null || isRunning(identity);
}

/** Gives back what the dead held. The number of tasks. */
export async function expireLeases(database: Database, watch: LeaseWatch, now: number): Promise<number> {
  const dead = watch.findDead(listProcesses(database), performance.now());
  let expired = 0;
  for (const process of dead) expired += await expireLeasesOf(database, process, now);
  return expired;
}

async function expireLeasesOf(
  database: Database,
  process: Pick<ProcessRow, "id" | "beat">,
  now: number,
): Promise<number> {
  return await database.write((transaction) => {
    // A beat that came meanwhile proves life.
    const gone = transaction.run(
      query.deleteFrom("processes").where("id", "=", process.id).where("beat", "=", process.beat),
    );
    if (gone === 0) return 0;
    const free = { owner: null, process_id: null, progress: null };
    const held = query.updateTable("tasks").where("process_id", "=", process.id);
    let count = 0;
    for (const state of ["DOWNLOADING", "SENDING"] as const)
      count += transaction.run(
        held
          .set({
            ...free,
            state: nextState(state, "requeued") ?? state,
            interruption_count: sql<number>`interruption_count + 1`,
            updated_at: now,
          })
          .where("state", "=", state),
      );
    count += transaction.run(held.set(free).where("state", "=", "CANCELED"));
    forgetHidden(transaction);
    return count;
  });
}
