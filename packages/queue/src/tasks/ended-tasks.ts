import { isInScope, type Scope } from "../access/scope.ts";
import { type Database, fixed } from "../store/database.ts";
import type { EndedTasksRow } from "../store/schema.ts";

/** The number of rows that are read at once, some 1 ms. */
const rowsAtOnce = 1000;

/** Hours since the epoch: `first`, and those after it up to `end`, which is none of them. */
export type Hours = { readonly first: number; readonly end: number };

/**
 * Yields the counts of tasks that ended in these hours, by hour, chat, site, class of failure, stage and user, in steps
 * between which others are answered. They stay when the tasks themselves are forgotten.
 */
export async function* endedTasks(
  database: Database,
  scope: Scope,
  hours: Hours,
  signal: AbortSignal,
): AsyncGenerator<EndedTasksRow[]> {
  let after: EndedKey = { hour: hours.first, chat_id: "", site: "", failure_class: "", stage: "", user_name: "" };
  for (let isOver = false; !isOver;)
    yield await database.inTurn(signal, async () => {
      const rows = await database.all(endedQuery(after, hours.end));
      isOver = rows.length < rowsAtOnce;
      after = rows.at(-1) ?? after;
      return rows.filter(({ chat_id }) => isInScope(scope, chat_id));
    });
}

type EndedKey = Pick<EndedTasksRow, "hour" | "chat_id" | "site" | "failure_class" | "stage" | "user_name">;

/** No site is empty, so that the first row of an hour comes after the hour alone. */
export function endedQuery(after: EndedKey, endHour: number) {
  const { hour, chat_id, site, failure_class, stage, user_name } = after;
  return fixed<EndedTasksRow>(page, hour, chat_id, site, failure_class, stage, user_name, endHour, rowsAtOnce);
}

const page = `
  SELECT * FROM ended_tasks
  WHERE (hour, chat_id, site, failure_class, stage, user_name) > (?, ?, ?, ?, ?, ?) AND hour < ?
  ORDER BY hour, chat_id, site, failure_class, stage, user_name LIMIT ?`;
