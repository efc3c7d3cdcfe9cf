import type { RawBuilder } from "kysely";
import type { Lease } from "./claim-task.ts";
import { query, type Transaction } from "../table/database.ts";
import type { TaskState } from "../table/task-state.ts";

export type Columns = Record<string, string | number | null | RawBuilder<string | number>>;

/** Whether the lease still holds its task, in one of these states. */
export function holds(transaction: Transaction, lease: Lease, states: readonly TaskState[]): boolean {
  const state = heldState(transaction, lease.token);
  return state !== undefined && states.includes(state);
}

/** The state of the task that a lease still holds; undefined where it holds none. */
export function heldState(database: Transaction, token: string): TaskState | undefined {
  return database.get(query.selectFrom("tasks").select("state").where("owner", "=", token))?.state;
}

/**
 * The one guarded change of a task in work: by the lease's holder, and where states are named, in one of them. False
 * where nothing was changed: the task is somebody else's by now.
 */
export function changeHeld(
  transaction: Transaction,
  { token, task }: Lease,
  columns: Columns,
  states?: readonly TaskState[],
): boolean {
  const changed = transaction.run(
    query
      .updateTable("tasks")
      .set(columns)
      .where("seq", "=", task.seq)
      .where("owner", "=", token)
      .$if(states !== undefined, (statement) => statement.where("state", "in", [...(states ?? [])])),
  );
  return changed > 0;
}
