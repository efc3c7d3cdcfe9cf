import { setImmediate } from "node:timers/promises";
import type { Reader } from "../store/database.ts";
import type { TaskRow } from "../store/schema.ts";
import { listTasks, type TaskFilter } from "./list-tasks.ts";

/**
 * The number of rows that are read and compared at once: some 2 ms with links of 4 kB. Other calls are answered between
 * two batches.
 */
const rowsAtOnce = 100;

/** The number of newest tasks that are compared for one page. */
const searchedTasks = 20_000;

/**
 * Lists tasks like `listTasks`. A search for a text or a site, which no index has, does not hold up other calls. Nor does
 * one for an id within some chats, since the index of ids has those of all.
 */
export async function searchTasks(
  database: Reader,
  { text, site, idPrefix, ...rest }: TaskFilter,
  { limit, before }: { limit: number; before?: number },
): Promise<TaskRow[]> {
  const isIndexed = rest.scope === "all";
  const filter = { ...rest, ...(idPrefix !== undefined && isIndexed ? { idPrefix } : {}) };
  const compared = { text, site, idPrefix: isIndexed ? undefined : idPrefix };
  if (Object.values(compared).every((each) => each === undefined))
    return await listTasks(database, filter, before === undefined ? { limit } : { limit, before });
  const matches = rowMatcher(compared);
  let unread = searchedTasks;
  const found: TaskRow[] = [];
  for (let end = before; ;) {
    const rows = await listTasks(database, filter, {
      limit: rowsAtOnce,
      ...(end === undefined ? {} : { before: end }),
    });
    found.push(...rows.filter(matches));
    end = rows.at(-1)?.seq;
    unread -= rows.length;
    const isOver = found.length >= limit || rows.length < rowsAtOnce || end === undefined || unread <= 0;
    if (isOver) return found.slice(0, limit);
    await setImmediate();
  }
}

type Compared = { readonly [Key in "text" | "site" | "idPrefix"]?: string | undefined };

/**
 * Returns a function that tells whether a task is of a site, has a text in its link or title, case ignored, and an id that
 * begins so.
 */
export function rowMatcher({
  text,
  site,
  idPrefix = "",
}: Compared): (task: Pick<TaskRow, "id" | "link" | "title" | "site">) => boolean {
  const wanted = text?.toLowerCase();
  return (task) => {
    if ((site !== undefined && task.site !== site) || !task.id.startsWith(idPrefix)) return false;
    return (
      wanted === undefined || task.link.toLowerCase().includes(wanted) || task.title.toLowerCase().includes(wanted)
    );
  };
}
