import type { Reader } from "../store/database.ts";
import type { Lease } from "./claim-task.ts";
import { heldState } from "./held-task.ts";
import type { RegisteredProcess } from "./process-registry.ts";

/** A process that holds leases. */
export type Holder = Pick<RegisteredProcess, "processId" | "aliveUntilMs" | "beat">;

/**
 * Returns whether a lease holds its task, as the last step before a deed that nobody can take back. True means both: the
 * table said so now, and nobody can take the task for some seconds from now, since the heartbeats of this process are
 * known to be in the table. A process that was frozen, or cut off from its database, for longer than its lease gets false,
 * or an answer only when the database is back.
 *
 * The table is asked although heartbeats are fresh, since a virtual machine that was paused has clocks that were paused,
 * too.
 *
 * @param monotonicMs the clock of `aliveUntilMs`.
 * @throws DatabaseError if the table cannot be asked; the reason of the signal.
 */
export async function confirmLease(
  database: Reader,
  holder: Holder,
  lease: Lease,
  { signal, monotonicMs = () => performance.now() }: { signal: AbortSignal; monotonicMs?: () => number },
): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted();
    if (monotonicMs() >= holder.aliveUntilMs) await holder.beat();
    // An id that others evicted, whose tasks they requeue.
    if (lease.task.process_id !== holder.processId) return false;
    if ((await heldState(database, lease)) === undefined) return false;
    // The answer may be late.
    if (monotonicMs() < holder.aliveUntilMs) return true;
  }
}
