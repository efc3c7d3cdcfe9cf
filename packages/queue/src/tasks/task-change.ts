import type { Scope } from "../access/scope.ts";
import type { Database, Reader, Transaction } from "../store/database.ts";
import type { TaskRow } from "../store/schema.ts";
import type { TaskState } from "../store/task-state.ts";
import { findTask } from "./list-tasks.ts";

/**
 * `not_found`; `wrong_state`: the task's state forbids it; `stopping`: canceled, and its owner has not ended it yet;
 * `collides`: an equal request is not final; `not_recording`: no live stream is being recorded.
 */
export type Refusal =
  | { refused: "not_found" }
  | { refused: "wrong_state"; task: TaskRow }
  | { refused: "stopping"; task: TaskRow }
  | { refused: "collides"; task: TaskRow }
  | { refused: "not_recording"; task: TaskRow };

/** A task that a caller names, and the tasks that exist for it. */
export type TaskName = { readonly id: string; readonly scope: Scope };

export function isRefusal(result: object): result is Refusal {
  return "refused" in result;
}

/** The part of a change that writes. */
export type Deed = (transaction: Transaction, now: number) => Promise<unknown>;

/** A change of a task that a client asks for, of one by `changeTask` or of many by `changeTasks`. */
export type TaskChange = {
  /** The states in which a task that matches a filter is changed. */
  readonly states: readonly TaskState[];
  /** The order in which they are changed. */
  readonly order: "oldest first" | "newest first";
  /** Counts the task for a limit, before anything else. @throws LimitReachedError */
  readonly admit?: ((task: TaskRow) => void) | undefined;
  /** Finds why the task has to stay as it is, or the deed that changes it. The deed throws before it has written. */
  readonly decide: (database: Reader, task: TaskRow) => Promise<Refusal | Deed>;
};

/** Changes a task. Returns it as it is then; undefined: it is gone. @throws LimitReachedError */
export async function changeTask(
  database: Database,
  change: TaskChange,
  name: TaskName,
  now: number,
): Promise<TaskRow | Refusal | undefined> {
  const once = admittingOnce(change);
  return await database.write(
    async (transaction) =>
      (await changeIn(transaction, once, name, now)) ?? (await findTask(transaction, name.id, name.scope)),
  );
}

/** Changes a task within a transaction. Returns undefined if it was changed. @throws LimitReachedError */
export async function changeIn(
  transaction: Transaction,
  change: TaskChange,
  { id, scope }: TaskName,
  now: number,
): Promise<Refusal | undefined> {
  const task = await findTask(transaction, id, scope);
  if (task === undefined) return { refused: "not_found" };
  change.admit?.(task);
  const decision = await change.decide(transaction, task);
  if (isRefusal(decision)) return decision;
  await decision(transaction, now);
  return undefined;
}

/** Returns a change that counts each task once, since a transaction may be run again from its start. */
export function admittingOnce<Change extends TaskChange>(change: Change): Change {
  const admitted = new Set<string>();
  const admit = (task: TaskRow): void => {
    if (admitted.has(task.id)) return;
    change.admit?.(task);
    admitted.add(task.id);
  };
  return { ...change, admit };
}
