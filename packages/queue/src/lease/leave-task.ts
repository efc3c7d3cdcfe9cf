import type { Lease } from "./claim-task.ts";
import { changeHeld, type Columns } from "./held-task.ts";
import type { Database, Transaction } from "../table/database.ts";
import { failureColumns, type FailureFacts } from "../task/failure-facts.ts";
import { nextState, type TaskEvent, type TaskState } from "../table/task-state.ts";
import { forgetHidden } from "../task/tombstone.ts";

/** By their holder: what it still does afterwards is not "lost". */
const givenBack = new WeakSet<Lease>();

/** Whether this process has settled or released the lease itself. */
export function isGivenBack(lease: Lease): boolean {
  return givenBack.has(lease);
}

/** Notes that this process has settled or released the lease itself. */
export function giveBack(lease: Lease): void {
  givenBack.add(lease);
}

/** `lost`: somebody else holds the task, or it was canceled; nothing was changed. A normal outcome. */
export type Settled = "settled" | "lost";

/** After a cancel: the owner has ended everything and removed what it made. */
export async function releaseLease(database: Database, lease: Lease): Promise<void> {
  await database.write((transaction) => {
    changeHeld(transaction, lease, { owner: null, process_id: null }, ["CANCELED"]);
    forgetHidden(transaction);
  });
  giveBack(lease);
}

/** What failed before is no news any more. */
export const success = failureColumns(undefined);

export function settleFailure(
  transaction: Transaction,
  lease: Lease,
  from: "DOWNLOADING" | "SENDING",
  { failure, retryAt, triedSince }: { failure: FailureFacts; retryAt: number | null; triedSince?: number },
  now: number,
  also: Columns = {},
): Settled {
  const columns: Columns = {
    ...failureColumns(failure),
    ...(triedSince === undefined ? {} : { tried_since: Math.ceil(triedSince) }),
    not_before: retryAt !== null && retryAt > now ? Math.ceil(retryAt) : null,
  };
  const event = retryAt === null ? "failed" : "requeued";
  return leave(transaction, lease, from, event, { ...columns, ...also }, now) ? "settled" : "lost";
}

/** The one guarded change of state: by the lease's holder, from the state it was taken in. */
export function leave(
  transaction: Transaction,
  lease: Lease,
  from: TaskState,
  event: TaskEvent,
  columns: Columns,
  now: number,
): boolean {
  const state = nextState(from, event);
  if (state === undefined) throw new Error(`a task in ${from} cannot be ${event}`);
  const ended = {
    owner: null,
    process_id: null,
    progress: null,
    interruption_count: 0,
    updated_at: now,
    finished_at: state === "DONE" || state === "FAILED" ? now : null,
  };
  return changeHeld(transaction, lease, { ...columns, state, ...ended }, [from]);
}
