import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import type { Scope } from "../access/scope.ts";
import { type Database, query, type Transaction, type Reader } from "../store/database.ts";
import { listParameter } from "../store/parameters.ts";
import { type FinalState, finalStates } from "../store/task-state.ts";
import { chatsWithin } from "./list-tasks.ts";
import { insertTombstone, purgeTombstones } from "./tombstone.ts";

export type HistoryFilter = {
  readonly scope: Scope;
  /** Empty: all final states. */
  states: readonly FinalState[];
  chatId?: string;
  /** The task ended before this time, in milliseconds since the epoch. */
  finishedBefore?: number;
};

/** The number of tasks that are deleted in one transaction, so that other writes wait no longer than that. */
const batchSize = 100;

/**
 * Deletes final tasks. Videos stay where they are, delivered or not; the working folder of a failed or canceled task is
 * removed. Returns the number of deleted tasks by state.
 */
export async function cleanHistory(
  database: Database,
  filter: HistoryFilter,
  now: number,
): Promise<Record<FinalState, number>> {
  const total: Record<FinalState, number> = { DONE: 0, FAILED: 0, CANCELED: 0 };
  for (;;) {
    const forgotten = await database.write(async (transaction) => await cleanBatch(transaction, filter, now));
    for (const state of forgotten) total[state] += 1;
    if (forgotten.length < batchSize) break;
  }
  while (await database.write(async (transaction) => await purgeTombstones(transaction, batchSize, now), false));
  return total;
}

/** The number of rows that are counted at once: other calls are answered between two batches. */
const countedAtOnce = 300;

/** Counts the tasks that `cleanHistory` would forget now, by state. */
export async function countHistory(database: Reader, filter: HistoryFilter): Promise<Record<FinalState, number>> {
  const total: Record<FinalState, number> = { DONE: 0, FAILED: 0, CANCELED: 0 };
  for (const state of filter.states.length === 0 ? finalStates : filter.states)
    for (let after = 0, isOver = false; !isOver; await setImmediate()) {
      const rows = await database.all(countedQuery({ ...filter, states: [state] }, after));
      total[state] += rows.length;
      after = rows.at(-1)?.seq ?? after;
      isOver = rows.length < countedAtOnce;
    }
  return total;
}

/** Deletes these tasks if they are still final. Returns the ids of the deleted ones. */
export async function forgetTasks(database: Database, ids: readonly string[], now: number): Promise<string[]> {
  const forgotten: string[] = [];
  for (let at = 0; at < ids.length; at += batchSize) {
    const batch = ids.slice(at, at + batchSize);
    const went = await database.write(async (transaction) => {
      const tasks = await transaction.all(finalTasks(finalStates).where("id", "in", batch));
      await forget(transaction, tasks, now);
      return tasks.map(({ id }) => id);
    });
    forgotten.push(...went);
  }
  return forgotten;
}

/** Returns the states of the deleted tasks. */
async function cleanBatch(transaction: Transaction, filter: HistoryFilter, now: number): Promise<FinalState[]> {
  const tasks = await transaction.all(historyQuery(filter, batchSize));
  await forget(transaction, tasks, now);
  return tasks.map(({ state }) => state as FinalState);
}

async function forget(
  transaction: Transaction,
  tasks: readonly { seq: number; id: string; chat_id: string }[],
  now: number,
): Promise<void> {
  for (const task of tasks) await insertTombstone(transaction, task, now);
  if (tasks.length > 0)
    await transaction.run(
      query.deleteFrom("tasks").where(
        "seq",
        "in",
        tasks.map(({ seq }) => seq),
      ),
    );
}

export function historyQuery(filter: HistoryFilter, limit: number) {
  return wantedHistory(filter).limit(limit);
}

function countedQuery(filter: HistoryFilter, after: number) {
  return wantedHistory(filter).where("seq", ">", after).orderBy("seq").limit(countedAtOnce);
}

function wantedHistory({ scope, states, chatId, finishedBefore }: HistoryFilter) {
  let statement = finalTasks(states.length === 0 ? finalStates : states);
  const chats = chatsWithin(scope, chatId);
  const [chat] = chats?.length === 1 ? chats : [];
  if (chat !== undefined) statement = statement.where("chat_id", "=", chat);
  else if (chats !== undefined)
    statement = statement.where("chat_id", "in", sql<string>`(SELECT value FROM json_each(${listParameter(chats)}))`);
  if (finishedBefore !== undefined)
    statement = statement.where("finished_at", "is not", null).where("finished_at", "<", finishedBefore);
  return statement;
}

/** Tasks that nobody holds any more. */
function finalTasks(states: readonly FinalState[]) {
  return query
    .selectFrom("tasks")
    .select(["seq", "id", "chat_id", "state"])
    .where("state", "in", states)
    .where("owner", "is", null)
    .where("hidden", "=", sql.lit(0));
}
