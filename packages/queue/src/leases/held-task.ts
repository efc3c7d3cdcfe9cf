import type { Lease } from "./claim-task.ts";
import { fixed, query, type Transaction, type Reader } from "../store/database.ts";
import type { TaskState } from "../store/task-state.ts";
import type { Columns } from "../store/transition.ts";

/** Tells whether the lease still holds its task, in one of these states. */
export async function holds(transaction: Transaction, lease: Lease, states: readonly TaskState[]): Promise<boolean> {
  const state = await heldState(transaction, lease);
  return state !== undefined && states.includes(state);
}

/** Returns the state of the task that a lease still holds, or undefined if it holds none. */
export async function heldState(database: Reader, { token, task }: Lease): Promise<TaskState | undefined> {
  const held = "SELECT state FROM tasks WHERE seq = ? AND owner = ?";
  return (await database.get(fixed<{ state: TaskState }>(held, task.seq, token)))?.state;
}

/**
 * Changes columns of a task that the lease still holds, in one of the `states` if they are given.
 *
 * @returns false if nothing was changed, since another process has the task by now.
 */
export async function changeHeld(
  transaction: Transaction,
  { token, task }: Lease,
  columns: Columns,
  states?: readonly TaskState[],
): Promise<boolean> {
  const changed = await transaction.run(
    query
      .updateTable("tasks")
      .set(columns)
      .where("seq", "=", task.seq)
      .where("owner", "=", token)
      .$if(states !== undefined, (statement) => statement.where("state", "in", [...(states ?? [])])),
  );
  return changed > 0;
}
