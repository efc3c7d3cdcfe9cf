import { type RawBuilder, type SqlBool, sql } from "kysely";
import { raw, type Transaction } from "./database.ts";
import type { TaskRow } from "./schema.ts";
import { topicsOf } from "./topics.ts";
import { isFinal, isHeld, nextState, statesBefore, type TaskEvent, type TaskState } from "./task-state.ts";

/** New values for columns of a task. The state is not among them: only `transition` changes it. */
export type Columns = {
  [Column in Exclude<keyof TaskRow, "state">]?: TaskRow[Column] | RawBuilder<TaskRow[Column]>;
};

export type Change = Columns & { updated_at: number };

/** The tasks to which an event happens. */
export type Rows = {
  where: RawBuilder<SqlBool>;
  /** Default: every state in which the event can happen. */
  from?: TaskState;
  /** The index by which SQLite finds the tasks. Default: SQLite chooses. */
  index?: string;
};

/**
 * Changes the state of tasks: no other code does. Tasks in a state in which the event cannot happen stay as they are.
 *
 * Also sets the columns that follow from the new state: nobody holds a task that waits or has ended, only a final one
 * has a time of its end, and one that waits is due at once unless `change` says otherwise. A canceled task stays with
 * the process that holds it.
 *
 * Notifies those whom the event concerns.
 *
 * @returns the number of tasks that changed.
 * @throws Error if the event cannot happen in `rows.from`.
 */
export async function transition(
  transaction: Transaction,
  rows: Rows,
  event: TaskEvent,
  change: Change,
): Promise<number> {
  const changed = await transaction.run(raw(transitionStatement(rows, event, change)));
  if (changed > 0) transaction.tell(...topicsOf[event]);
  return changed;
}

/** The statement of `transition`, for a change that returns rows. */
export function transitionStatement(rows: Rows, event: TaskEvent, change: Change): RawBuilder<unknown> {
  const { where, from, index } = rows;
  const edges = (from === undefined ? statesBefore(event) : [from]).map((state) => {
    const target = nextState(state, event);
    if (target === undefined) throw new Error(`a task in ${state} cannot be ${event}`);
    return { state, target };
  });
  const columns = Object.entries({ ...impliedColumns(edges[0]?.target, change), ...change });
  const assignments = columns.map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  const indexedBy = index === undefined ? sql`` : sql`INDEXED BY ${sql.ref(index)}`;
  return sql`
    UPDATE tasks ${indexedBy} SET state = ${targetOf(edges)}, ${sql.join(assignments)}
    WHERE ${where} AND ${isOneOf(edges.map(({ state }) => state))}`;
}

/** A partial index serves only the condition that is its own, so one state is not a list. */
function isOneOf(states: readonly TaskState[]): RawBuilder<SqlBool> {
  const [first, ...others] = states.map((state) => sql.lit(state));
  return others.length === 0 ? sql`state = ${first}` : sql`state IN (${sql.join([first, ...others])})`;
}

function impliedColumns(target: TaskState | undefined, { not_before: notBefore, updated_at: now }: Change): Columns {
  const isOver = target !== undefined && isFinal(target);
  const keepsOwner = target === "CANCELED" || (target !== undefined && isHeld(target));
  const waits = target !== undefined && !isOver && !keepsOwner;
  return {
    not_before: null,
    progress: null,
    finished_at: isOver ? now : null,
    ...(waits ? { due_at: typeof notBefore === "number" ? notBefore : now } : {}),
    ...(keepsOwner ? {} : { owner: null, process_id: null }),
  };
}

function targetOf(edges: readonly { state: TaskState; target: TaskState }[]): RawBuilder<unknown> {
  const targets = new Set(edges.map(({ target }) => target));
  const [only, ...others] = targets;
  if (others.length === 0) return sql.lit(only);
  const cases = edges.map(({ state, target }) => sql`WHEN ${sql.lit(state)} THEN ${sql.lit(target)}`);
  return sql`CASE state ${sql.join(cases, sql` `)} END`;
}
