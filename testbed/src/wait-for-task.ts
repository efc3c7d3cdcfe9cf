import type { Client } from "@connectrpc/connect";
import type { DownloadService, Task, TaskState } from "@dwld/rpc";
import { eventually } from "@dwld/timing/testing";
import { taskStateName } from "./task-state-name.ts";

/**
 * Polls a task until it is in the state, or meets the condition, and returns it with attempts and files. Calls again if
 * the server is away.
 *
 * @throws {DeadlineError} with the last state of the task.
 */
export async function waitForTask(
  client: Client<typeof DownloadService>,
  id: string,
  condition: TaskState | ((task: Task) => boolean),
  deadlineMs = 30_000,
): Promise<Task> {
  const isMet = typeof condition === "function" ? condition : (task: Task) => task.state === condition;
  const wanted = typeof condition === "function" ? "as it should be" : taskStateName(condition);
  let last: Task | undefined;
  return eventually(
    `task ${id} is ${wanted}`,
    async () => {
      const { task } = await client.getTask({ id });
      last = task;
      return task !== undefined && isMet(task) && task;
    },
    { deadlineMs, describe: () => describeTask(last) },
  );
}

function describeTask(task: Task | undefined): string {
  if (task === undefined) return "It was never seen.";
  const attempts = task.attempts.map(
    ({ number, stage, exitCode, failure, stderrTail }) =>
      `  attempt ${number} (${stage}): exit ${exitCode ?? "–"} ${failure?.message ?? ""} ${stderrTail}`,
  );
  return [`It is ${taskStateName(task.state)}. ${task.failure?.message ?? ""}`, ...attempts].join("\n");
}
