import { sql } from "kysely";
import type { Lease } from "./claim-task.ts";
import { changeHeld } from "./held-task.ts";
import type { Database, Transaction } from "../store/database.ts";
import { failureColumns, type FailureFacts } from "../tasks/failure-facts.ts";
import type { HeldState, TaskEvent } from "../store/task-state.ts";
import { type Change, type Columns, transition } from "../store/transition.ts";
import { purgeDeleted } from "../tasks/tombstone.ts";

/** `lost`: the lease no longer holds the task, or the task was canceled; nothing was changed. A normal outcome. */
export type Settled = "settled" | "lost";

/** Releases a canceled task: its owner has ended everything and removed what it made. */
export async function releaseLease(database: Database, lease: Lease): Promise<void> {
  await database.write(async (transaction) => {
    transaction.tell("ends");
    await changeHeld(transaction, lease, { owner: null, process_id: null }, ["CANCELED"]);
    await purgeDeleted(transaction);
  });
}

/** Clears the failure of an earlier attempt. */
export const clearedFailure = failureColumns(undefined);

/** Ends the lease by an event, if it still holds its task in the state `from`. */
export async function endLease(
  transaction: Transaction,
  { token, task }: Lease,
  { from, event }: { from: HeldState; event: TaskEvent },
  change: Change,
): Promise<Settled> {
  const where = sql<boolean>`seq = ${task.seq} AND owner = ${token}`;
  const changed = await transition(transaction, { where, from }, event, { interruption_count: 0, ...change });
  return changed > 0 ? "settled" : "lost";
}

export type Failed = {
  failure: FailureFacts;
  /** When the task is tried again, in milliseconds since the epoch. Null: never. */
  retryAt: number | null;
  /** Further columns. */
  columns?: Columns;
};

/** Ends the lease with a failure. */
export async function failLease(
  transaction: Transaction,
  lease: Lease,
  from: HeldState,
  { failure, retryAt, columns, now }: Failed & { now: number },
): Promise<Settled> {
  return await endLease(
    transaction,
    lease,
    { from, event: retryAt === null ? "failed" : "requeued" },
    {
      ...failureColumns(failure),
      not_before: retryAt !== null && retryAt > now ? Math.ceil(retryAt) : null,
      ...columns,
      updated_at: now,
    },
  );
}
