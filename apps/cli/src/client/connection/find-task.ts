import type { Task } from "@dwld/rpc";
import { isWholeId, newestName } from "../arguments/task-name.ts";
import { stateWord, taskName } from "../render/task-words.ts";
import type { DownloadClient } from "./client.ts";

/** So many of the tasks that an unclear name could mean are told. */
const shownMatches = 5;

/** A name means no task, or several. */
export class TaskNameError extends Error {
  readonly code = "task_name";
}

export type FoundTask = Pick<Task, "id" | "shortId">;

/**
 * The task that a person means. A whole id is believed: the api says whether there is such a task.
 * @param name as isTaskName takes it, in small letters.
 * @throws TaskNameError; ConnectError where the api cannot be asked.
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
    .map((each) => `  ${each.shortId}  ${stateWord(each.state)}  ${taskName(each)}`);
  const more = tasks.length > shownMatches ? ["  and others"] : [];
  throw new TaskNameError([`several tasks begin with ${name}; give more of the id:`, ...told, ...more].join("\n"));
}
