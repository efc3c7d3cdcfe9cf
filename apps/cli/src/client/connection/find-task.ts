import type { Task } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { isWholeId, newestName } from "../arguments/task-name.ts";
import { stateWord, taskName } from "../render/task-words.ts";
import type { DownloadClient } from "./client.ts";

/** How many of the tasks that an ambiguous name could mean are listed. */
const shownMatches = 5;

/** A name fits no task, or several. */
export class TaskNameError extends Error {
  readonly code = "task_name";
}

export type FoundTask = Pick<Task, "id" | "shortId">;

/**
 * Returns the task that a person means. A whole id is not looked up: the call that follows tells whether it exists.
 * @param name one that isTaskName accepts, in lower case.
 * @throws TaskNameError; ConnectError if the api cannot be asked.
 */
export async function findTask(
  { client, signal }: { client: DownloadClient; signal: AbortSignal },
  name: string,
): Promise<FoundTask> {
  if (isWholeId(name)) return { id: name, shortId: "" };
  const isLast = name === newestName;
  const request = isLast ? { pageSize: 1 } : { filter: { idPrefix: name }, pageSize: shownMatches + 1 };
  const { tasks } = await client.listTasks(request, { signal });
  const [task, ...others] = tasks;
  if (task === undefined) {
    throw new TaskNameError(isLast ? "there are no tasks yet" : `there is no task whose id begins with ${name}`);
  }
  if (others.length === 0) return task;
  const told = tasks
    .slice(0, shownMatches)
    .map((each) => `  ${oneLine(each.shortId)}  ${stateWord(each.state)}  ${taskName(each)}`);
  const more = tasks.length > shownMatches ? ["  and others"] : [];
  throw new TaskNameError([`several tasks begin with ${name}; give more of the id:`, ...told, ...more].join("\n"));
}
