import { sql } from "kysely";
import { type Allowance, refuseTaskBeyond } from "./allowance.ts";
import { keepsFiles } from "../hosts/host.ts";
import { findEqual } from "./add-task.ts";
import { deliveryRank, downloadRank } from "./rank.ts";
import { type Database, fixed, query, type Reader, type Transaction } from "../store/database.ts";
import { failureColumns } from "./failure-facts.ts";
import type { TaskRow } from "../store/schema.ts";
import { filesOf } from "./list-tasks.ts";
import { isFinal, nextState, statesBefore, taskStates } from "../store/task-state.ts";
import { transition } from "../store/transition.ts";
import { changeTask, type Deed, isRefusal, type Refusal, type TaskChange, type TaskName } from "./task-change.ts";
import { recordRemovals } from "./pending-cleanup.ts";
import { insertTombstone } from "./tombstone.ts";

/**
 * Cancels a task, whoever holds it. Its owner keeps the lease until it has ended everything, so that nobody else starts
 * beside it. A playlist's entries are canceled with it; newest first, many are canceled before their playlist.
 */
export const cancellation: TaskChange = {
  states: statesBefore("canceled"),
  order: "newest first",
  decide: async (database, task) => {
    if (isFinal(task.state) && task.state !== "CANCELED" && !(await hasOpenEntries(database, task.id)))
      return { refused: "wrong_state", task };
    return async (transaction, now) => {
      await cancelAll(transaction, task, now);
    };
  },
};

export async function cancelTask(database: Database, name: TaskName, now: number): Promise<TaskRow | Refusal> {
  return (await changeTask(database, cancellation, name, now)) ?? { refused: "not_found" };
}

/** The limits of those who start tasks again. */
export type RetryLimits = { readonly allowance?: Allowance; readonly admit?: (task: TaskRow) => void };

/**
 * Starts a final task again: at the delivery if its files are still there, else from the start, with all attempts.
 * Refused beyond the allowance, which may have no room for a further task of its chat.
 */
export function retrial({ allowance = {}, admit }: RetryLimits): TaskChange {
  return {
    states: statesBefore("retried"),
    order: "oldest first",
    admit,
    decide: async (database, task): Promise<Refusal | Deed> => {
      if (task.owner !== null && task.state === "CANCELED") return { refused: "stopping", task };
      const files = await filesOf(database, [task.seq]);
      const resend =
        files.length > 0 &&
        files.every(({ delivered_at, local_path }) => delivered_at !== null || local_path !== null) &&
        (await keepsFiles(database, task.host));
      const event = resend && nextState(task.state, "resent") !== undefined ? "resent" : "retried";
      if (nextState(task.state, event) === undefined) return { refused: "wrong_state", task };
      const equal = await findEqual(database, { chatId: task.chat_id, link: task.link }, task.request_hash);
      if (equal !== undefined) return { refused: "collides", task: equal };
      return async (transaction, now) => {
        if (event === "retried") await refuseTaskBeyond(transaction, allowance, task.chat_id, now);
        await transition(transaction, { where: sql<boolean>`seq = ${task.seq}` }, event, {
          ready_at: event === "resent" ? now : null,
          ...(event === "retried" ? { attempt_count: 0, tried_since: null } : {}),
          delivery_attempt_count: 0,
          round: sql<number>`round + 1`,
          rank: event === "resent" ? deliveryRank(task.chat_id) : downloadRank(task.chat_id),
          interruption_count: 0,
          finish_requested: 0,
          updated_at: now,
          ...failureColumns(undefined),
        });
      };
    },
  };
}

/** @throws LimitReachedError */
export async function retryTask(
  database: Database,
  name: TaskName,
  now: number,
  limits: RetryLimits = {},
): Promise<TaskRow | Refusal> {
  return (await changeTask(database, retrial(limits), name, now)) ?? { refused: "not_found" };
}

/**
 * Cancels and deletes a task. One that a process holds is hidden at once and deleted when its owner has ended it. Local
 * files that belong to the task alone are recorded, for a worker of their host to remove.
 *
 * @param withFiles removes finished files in the download folder, too.
 */
export function deletion(withFiles: boolean): TaskChange {
  return {
    states: taskStates,
    order: "newest first",
    decide: async (_, task) => async (transaction, now) => {
      await cancelAll(transaction, task, now);
      await insertTombstone(transaction, task, now);
      if (withFiles || task.state !== "DONE") await recordRemovals(transaction, await filesOf(transaction, [task.seq]));
      await transaction.run(query.deleteFrom("requests").where("task_seq", "=", task.seq));
      if (task.owner === null) await transaction.run(query.deleteFrom("tasks").where("seq", "=", task.seq));
      else await transaction.run(query.updateTable("tasks").set({ hidden: 1 }).where("seq", "=", task.seq));
    },
  };
}

export async function deleteTask(
  database: Database,
  name: TaskName,
  withFiles: boolean,
  now: number,
): Promise<Refusal | { deleted: string }> {
  const left = await changeTask(database, deletion(withFiles), name, now);
  return left !== undefined && isRefusal(left) ? left : { deleted: name.id };
}

async function cancelAll(transaction: Transaction, { id, seq, state }: TaskRow, now: number): Promise<void> {
  const entries = { where: sql<boolean>`parent_id = ${id}`, index: "tasks_by_parent" };
  await transition(transaction, entries, "canceled", { updated_at: now });
  if (!isFinal(state))
    await transition(transaction, { where: sql<boolean>`seq = ${seq}` }, "canceled", { updated_at: now });
}

async function hasOpenEntries(database: Reader, parentId: string): Promise<boolean> {
  return (await database.get(fixed(openEntries, parentId))) !== undefined;
}

const openEntries = `
  SELECT 1 FROM tasks INDEXED BY tasks_by_parent
  WHERE parent_id = ? AND state NOT IN ('DONE','FAILED','CANCELED') LIMIT 1`;
