import { finalStates, searchTasks, type TaskFilter, type TaskRow, taskStates } from "@dwld/queue";
import type { Task } from "@dwld/rpc";
import { type MessageSources, toTaskMessages } from "../messages/task-messages.ts";

/** "The newest 50" of the contract. */
const newestCount = 50;

/** Tasks of one message: stock clients refuse messages above 4 MB. */
const pageSize = 500;

const openStates = taskStates.filter((state) => !finalStates.some((final) => final === state));

export type SnapshotPage = { rows: TaskRow[]; tasks: Task[]; last: boolean };

/** Yields pages of the newest tasks of a filter and all that are not final, newest first. */
export async function* snapshotPages(sources: MessageSources, filter: TaskFilter): AsyncGenerator<SnapshotPage> {
  const newest = await searchTasks(sources.database, filter, { limit: newestCount });
  const open = { ...filter, states: filter.states.length === 0 ? openStates : filter.states.filter(isOpen) };
  let before = newest.length < newestCount || open.states.length === 0 ? undefined : newest.at(-1)?.seq;
  let rows = newest;
  for (;;) {
    const older =
      before === undefined ? [] : await searchTasks(sources.database, open, { limit: pageSize - rows.length, before });
    const full = older.length === pageSize - rows.length;
    rows = [...rows, ...older];
    const last = before === undefined || !full;
    yield { rows, tasks: await toTaskMessages(sources, rows), last };
    if (last) return;
    before = rows.at(-1)?.seq;
    rows = [];
  }
}

function isOpen(state: TaskRow["state"]): boolean {
  return openStates.includes(state);
}
