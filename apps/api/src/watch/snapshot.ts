import { finalStates, searchTasks, type TaskFilter, type TaskRow, taskStates } from "@dwld/queue";
import type { Task } from "@dwld/rpc";
import type { ServiceContext } from "../download-service/context.ts";
import { toTaskMessages } from "../messages/task-messages.ts";

/** The contract's "newest 50". */
const newestCount = 50;

/** So many tasks go into one message: stock clients refuse messages above 4 MB. */
const pageSize = 500;

const openStates = taskStates.filter((state) => !finalStates.some((final) => final === state));

export type SnapshotPage = { rows: TaskRow[]; tasks: Task[]; last: boolean };

/** The newest tasks of a filter and all that are not final, newest first, in pages that are read as they are asked for. */
export async function* snapshotPages(context: ServiceContext, filter: TaskFilter): AsyncGenerator<SnapshotPage> {
  const newest = await searchTasks(context.database, filter, { limit: newestCount });
  const open = { ...filter, states: filter.states.length === 0 ? openStates : filter.states.filter(isOpen) };
  let before = newest.length < newestCount || open.states.length === 0 ? undefined : newest.at(-1)?.seq;
  let rows = newest;
  for (;;) {
    const older =
      before === undefined ? [] : await searchTasks(context.database, open, { limit: pageSize - rows.length, before });
    const full = older.length === pageSize - rows.length;
    rows = [...rows, ...older];
    const last = before === undefined || !full;
    yield { rows, tasks: await toTaskMessages(context, rows), last };
    if (last) return;
    before = rows.at(-1)?.seq;
    rows = [];
  }
}

function isOpen(state: TaskRow["state"]): boolean {
  return openStates.includes(state);
}
