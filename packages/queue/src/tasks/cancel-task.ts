import { sql } from "kysely";
import { type Allowance, refuseTaskBeyond } from "./allowance.ts";
import type { Scope } from "../access/scope.ts";
import { findEqual } from "./add-task.ts";
import { deliveryRank, downloadRank } from "./rank.ts";
import { type Database, query, type Transaction } from "../store/database.ts";
import { failureColumns } from "./failure-facts.ts";
import type { TaskRow } from "../store/schema.ts";
import { filesOf, findTask } from "./list-tasks.ts";
import { isFinal, nextState } from "../store/task-state.ts";
import { transition } from "../store/transition.ts";
import { insertTombstone } from "./tombstone.ts";

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

/**
 * Cancels a task, whoever holds it. Its owner keeps the lease until it has ended everything, so that nobody else starts
 * beside it. A playlist's entries are canceled with it.
 */
export async function cancelTask(database: Database, { id, scope }: TaskName, now: number): Promise<TaskRow | Refusal> {
  return await database.write(async (transaction) => {
    const task = await findTask(transaction, id, scope);
    if (task === undefined) return { refused: "not_found" };
    const entries = await cancelEntries(transaction, task.id, now);
    if (isFinal(task.state)) return task.state === "CANCELED" || entries > 0 ? task : { refused: "wrong_state", task };
    await cancelRow(transaction, task, now);
    return (await findTask(transaction, id, scope)) ?? { refused: "not_found" };
  });
}

/**
 * Starts a final task again: at the delivery if its files are still on this machine, else from the start, with all
 * attempts.
 *
 * @throws LimitReachedError if the allowance has no room for a further task of its chat.
 */
export async function retryTask(
  database: Database,
  { id, scope }: TaskName,
  now: number,
  allowance: Allowance = {},
): Promise<TaskRow | Refusal> {
  return await database.write(async (transaction) => {
    const task = await findTask(transaction, id, scope);
    if (task === undefined) return { refused: "not_found" };
    if (task.owner !== null && task.state === "CANCELED") return { refused: "stopping", task };
    const files = await filesOf(transaction, [task.seq]);
    const resend =
      files.length > 0 && files.every(({ delivered_at, local_path }) => delivered_at !== null || local_path !== null);
    const event = resend && nextState(task.state, "resent") !== undefined ? "resent" : "retried";
    if (nextState(task.state, event) === undefined) return { refused: "wrong_state", task };
    const equal = await findEqual(transaction, { chatId: task.chat_id, link: task.link }, task.request_hash);
    if (equal !== undefined) return { refused: "collides", task: equal };
    if (event === "retried") await refuseTaskBeyond(transaction, allowance, task.chat_id, now);
    await transition(transaction, { where: sql<boolean>`seq = ${task.seq}` }, event, {
      ready_at: event === "resent" ? now : null,
      ...(event === "retried" ? { attempt_count: 0, tried_since: null } : {}),
      delivery_attempt_count: 0,
      round: sql<number>`round + 1`,
      rank: event === "resent" ? deliveryRank(task.chat_id) : await downloadRank(transaction, task.chat_id),
      interruption_count: 0,
      finish_requested: 0,
      updated_at: now,
      ...failureColumns(undefined),
    });
    return (await findTask(transaction, id, scope)) ?? { refused: "not_found" };
  });
}

/**
 * Cancels and deletes a task. One that a process holds is hidden at once and deleted when its owner has ended it. Local
 * files that belong to the task alone are named in its tombstone, for the worker to remove.
 *
 * @param withFiles removes finished files in the download folder, too.
 */
export async function deleteTask(
  database: Database,
  { id, scope }: TaskName,
  withFiles: boolean,
  now: number,
): Promise<Refusal | { deleted: string }> {
  return await database.write(async (transaction) => {
    const task = await findTask(transaction, id, scope);
    if (task === undefined) return { refused: "not_found" };
    await cancelEntries(transaction, task.id, now);
    if (!isFinal(task.state)) await cancelRow(transaction, task, now);
    const paths = (await filesOf(transaction, [task.seq]))
      .map(({ local_path }) => local_path)
      .filter((path) => path !== null);
    await insertTombstone(transaction, task, withFiles || task.state !== "DONE" ? paths : [], now);
    await transaction.run(query.deleteFrom("requests").where("task_seq", "=", task.seq));
    if (task.owner === null) await transaction.run(query.deleteFrom("tasks").where("seq", "=", task.seq));
    else await transaction.run(query.updateTable("tasks").set({ hidden: 1 }).where("seq", "=", task.seq));
    return { deleted: id };
  });
}

async function cancelEntries(transaction: Transaction, parentId: string, now: number): Promise<number> {
  const rows = { where: sql<boolean>`parent_id = ${parentId}`, index: "tasks_by_parent" };
  return await transition(transaction, rows, "canceled", { updated_at: now });
}

async function cancelRow(transaction: Transaction, { seq }: TaskRow, now: number): Promise<void> {
  await transition(transaction, { where: sql<boolean>`seq = ${seq}` }, "canceled", { updated_at: now });
}
