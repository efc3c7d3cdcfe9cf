import { setImmediate } from "node:timers/promises";
import type { Transaction } from "../table/database.ts";
import type { TaskRow } from "../table/schema.ts";
import { listTasks, newestSearched, type TaskFilter } from "./list-tasks.ts";

/** So many rows are read and compared at once: some 2 ms with links of 4 kB. Other calls are answered between two. */
const rowsAtOnce = 100;

/** As `listTasks`, for a filter that may have a text, which is looked for without holding up other calls. */
export async function searchTasks(
  database: Transaction,
  { text, ...filter }: TaskFilter,
  { limit, before }: { limit: number; before?: number },
): Promise<TaskRow[]> {
  if (text === undefined) return listTasks(database, filter, before === undefined ? { limit } : { limit, before });
  const matches = textMatcher(text);
  const oldest = newestSearched(database);
  const found: TaskRow[] = [];
  for (let end = before; ;) {
    const rows = listTasks(database, filter, { limit: rowsAtOnce, ...(end === undefined ? {} : { before: end }) });
    found.push(...rows.filter((row) => row.seq >= oldest && matches(row)));
    end = rows.at(-1)?.seq;
    const isOver = found.length >= limit || rows.length < rowsAtOnce || end === undefined || end < oldest;
    if (isOver) return found.slice(0, limit);
    await setImmediate();
  }
}

/** Whether a text is in a task's link or title, case ignored. */
export function textMatcher(text: string): (task: Pick<TaskRow, "link" | "title">) => boolean {
  const wanted = text.toLowerCase();
  return ({ link, title }) => link.toLowerCase().includes(wanted) || title.toLowerCase().includes(wanted);
}
