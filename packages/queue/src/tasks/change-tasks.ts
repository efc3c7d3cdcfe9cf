import { LimitReachedError } from "@dwld/limits";
import type { Scope } from "../access/scope.ts";
import type { Database, Reader } from "../store/database.ts";
import type { TaskRow } from "../store/schema.ts";
import { type AskedFilter, findTask, listTasks, newestSeq } from "./list-tasks.ts";
import { rowMatcher } from "./search-tasks.ts";
import { admittingOnce, changeIn, isRefusal, type Refusal, type TaskChange } from "./task-change.ts";

/** The tasks that one call changes: those that it names, or all that match a filter. */
export type Selection = { readonly scope: Scope } & (
  | { readonly ids: readonly string[] }
  | { readonly filter: AskedFilter }
);

/** The end of one task's change: without a refusal, the task was changed. */
export type Outcome = { readonly id: string; readonly refusal?: Refusal | LimitReachedError | undefined };

/** A step ends after so many tasks, and sooner if it takes that long. */
const step = { tasks: 100, ms: 8 } as const;

/**
 * Changes many tasks in steps, each of which is one transaction and one turn of the event loop, and yields the outcomes of
 * each. One call of this process makes a step at a time.
 *
 * Tasks that are named are told with their refusals. Of a filter, those that match when their turn comes are changed, and
 * none that was added since the beginning. A limit of a chat ends the change of its tasks, any other limit that of all.
 *
 * @param counts nothing is changed: the outcomes are those that are expected.
 * @param signal ends the change before its next step, by its reason.
 */
export async function* changeTasks(
  database: Database,
  change: TaskChange,
  selection: Selection,
  { now, counts, signal }: { now: () => number; counts: boolean; signal: AbortSignal },
): AsyncGenerator<readonly Outcome[]> {
  const { scope } = selection;
  // Over all steps: one that is run again may have time for fewer tasks, and leaves the others to the next.
  const once = admittingOnce(change);
  const call = { database, change: once, scope, signal };
  if ("ids" in selection) {
    for (let left = [...new Set(selection.ids)]; left.length > 0;) {
      const outcomes = await (counts ? foreseen : changed)(call, left.slice(0, step.tasks), now);
      yield outcomes;
      left = left.slice(outcomes.length);
    }
    return;
  }
  const fullChats = new Set<string>();
  const fitting = changeOfFitting(once, selection.filter);
  for await (const tasks of candidates({ ...call, change: fitting }, selection.filter))
    for (let left = tasks; ;) {
      left = left.filter(({ chat_id }) => !fullChats.has(chat_id));
      if (left.length === 0) break;
      const outcomes: readonly Outcome[] = counts
        ? left.map(({ id }) => ({ id }))
        : await changed({ ...call, change: fitting, endsAtLimit: true }, left.map(idOf), now);
      yield outcomes;
      const refusal = outcomes.at(-1)?.refusal;
      if (refusal instanceof LimitReachedError) {
        if (refusal.reached.subject !== "chat") return;
        fullChats.add(refusal.reached.holder);
      }
      left = left.slice(outcomes.length);
    }
}

/** Returns a change of a filter's tasks alone: one can end, or be retried, between the step that finds it and the one that changes it. */
function changeOfFitting(change: TaskChange, { states: asked, text, site, idPrefix }: AskedFilter): TaskChange {
  const states = asked.length === 0 ? change.states : change.states.filter((state) => asked.includes(state));
  const matches = rowMatcher({ text, site, idPrefix });
  return {
    ...change,
    states,
    decide: async (database, task) =>
      states.includes(task.state) && matches(task)
        ? await change.decide(database, task)
        : { refused: "wrong_state", task },
  };
}

type Candidate = Pick<TaskRow, "id" | "chat_id">;

/** Yields the tasks that match a filter and can be changed, a step at a time. */
async function* candidates(
  { database, change, scope, signal }: Call,
  { chatId, parentId }: AskedFilter,
): AsyncGenerator<Candidate[]> {
  const { states } = change;
  const within = {
    scope,
    states,
    ...(chatId !== undefined && { chatId }),
    ...(parentId !== undefined && { parentId }),
  };
  if (states.length === 0) return;
  const last = await newestSeq(database);
  for (let seq = change.order === "oldest first" ? 0 : last + 1, isOver = false; !isOver;) {
    const page = change.order === "oldest first" ? { after: seq } : { before: seq };
    yield await database.inTurn(signal, async () => {
      const rows = await listTasks(database, within, { limit: step.tasks, ...page });
      seq = rows.at(-1)?.seq ?? seq;
      isOver = rows.length < step.tasks || seq > last;
      const found: Candidate[] = [];
      for (const task of rows)
        if (task.seq <= last && !isRefusal(await change.decide(database, task))) found.push(task);
      return found.map(({ id, chat_id }) => ({ id, chat_id }));
    });
  }
}

type Call = {
  readonly database: Database;
  readonly change: TaskChange;
  readonly scope: Scope;
  readonly signal: AbortSignal;
  /** Whether a limit ends the step, of which it is the last outcome. */
  readonly endsAtLimit?: boolean;
};

/** Changes the first of some tasks, as many as a step has time for, at least one. */
async function changed(
  { database, change, scope, signal, endsAtLimit = false }: Call,
  ids: readonly string[],
  now: () => number,
): Promise<Outcome[]> {
  return await database.inTurn(
    signal,
    async () =>
      await database.write(async (transaction) => {
        const outcomes: Outcome[] = [];
        for (const endMs = performance.now() + step.ms; outcomes.length < ids.length;) {
          const id = ids[outcomes.length] ?? "";
          const refusal = await changeIn(transaction, change, { id, scope }, now()).catch(limitReached);
          outcomes.push({ id, refusal });
          if (performance.now() > endMs || (endsAtLimit && refusal instanceof LimitReachedError)) break;
        }
        return outcomes;
      }),
  );
}

/** A limit is found before anything was written, so that it undoes nothing of the others. */
function limitReached(error: unknown): LimitReachedError {
  if (error instanceof LimitReachedError) return error;
  throw error;
}

async function foreseen({ database, change, scope, signal }: Call, ids: readonly string[]): Promise<Outcome[]> {
  return await database.inTurn(
    signal,
    async () =>
      await Promise.all(ids.map(async (id) => ({ id, refusal: await refusalOf(database, change, id, scope) }))),
  );
}

async function refusalOf(database: Reader, change: TaskChange, id: string, scope: Scope): Promise<Refusal | undefined> {
  const task = await findTask(database, id, scope);
  if (task === undefined) return { refused: "not_found" };
  const decision = await change.decide(database, task);
  return isRefusal(decision) ? decision : undefined;
}

function idOf({ id }: Candidate): string {
  return id;
}
