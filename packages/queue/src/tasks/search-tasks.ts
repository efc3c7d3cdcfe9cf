import { setImmediate } from "node:timers/promises";
import type { Reader } from "../store/database.ts";
import type { TaskRow } from "../store/schema.ts";
import { listTasks, newestSearched, type TaskFilter } from "./list-tasks.ts";

/**
 * The number of rows that are read and compared at once: some 2 ms with links of 4 kB. Other calls are answered between
 * two batches.
 */
const rowsAtOnce = 100;

/** Lists tasks like `listTasks`. A search for a text or a site, which no index has, does not hold up other calls. */
export async function searchTasks(
  database: Reader,
  { text, site, ...filter }: TaskFilter,
  { limit, before }: { limit: number; before?: number },
): Promise<TaskRow[]> {
  if (text === undefined && site === undefined)
    return await listTasks(database, filter, before === undefined ? { limit } : { limit, before });
  const matches = rowMatcher({ ...(text === undefined ? {} : { text }), ...(site === undefined ? {} : { site }) });
  const oldest = await newestSearched(database);
  const found: TaskRow[] = [];
  for (let end = before; ;) {
    const rows = await listTasks(database, filter, {
      limit: rowsAtOnce,
      ...(end === undefined ? {} : { before: end }),
    });
    found.push(...rows.filter((row) => row.seq >= oldest && matches(row)));
    end = rows.at(-1)?.seq;
    const isOver = found.length >= limit || rows.length < rowsAtOnce || end === undefined || end < oldest;
    if (isOver) return found.slice(0, limit);
    await setImmediate();
  }
}

/** Returns a function that tells whether a task is of a site, and has a text in its link or title, case ignored. */
export function rowMatcher({
  text,
  site,
}: Pick<TaskFilter, "text" | "site">): (task: Pick<TaskRow, "link" | "title" | "site">) => boolean {
  const wanted = text?.toLowerCase();
  return (task) => {
    if (site !== undefined && task.site !== site) return false;
    return (
      wanted === undefined || task.link.toLowerCase().includes(wanted) || task.title.toLowerCase().includes(wanted)
    );
  };
}
