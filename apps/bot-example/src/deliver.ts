import { setTimeout as pause } from "node:timers/promises";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { oneLine } from "@dwld/text";
import { type DownloadService, type Task, TaskState } from "@dwld/rpc";

/** The final states, in words. */
export const ends: ReadonlyMap<TaskState, string> = new Map([
  [TaskState.DONE, "done"],
  [TaskState.FAILED, "failed"],
  [TaskState.CANCELED, "canceled"],
]);

/** To repeat the call would not help. */
const refusals: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.PermissionDenied,
  Code.Unauthenticated,
]);

type Request = { link: string; chatId: string; requestId: string };

/**
 * Gives a link to a downloader and returns its task when that has ended. Outlives every break of the connection.
 *
 * @throws ConnectError if the link is refused, or the task deleted.
 */
export async function deliver(client: Client<typeof DownloadService>, request: Request): Promise<Task> {
  let task: Task | undefined;
  let sinceRevision = "";
  for (;;) {
    try {
      // The same request id gives the same task, so this may be repeated if the answer was lost.
      task ??= (await client.addTask(request)).task;
      if (task === undefined) throw new ConnectError("an answer without a task", Code.NotFound);
      if (isFinal(task)) return task;
      for await (const message of client.watchTasks({ filter: { chatId: request.chatId }, sinceRevision })) {
        const { event } = message;
        if (event.case === "deletedId" && event.value === task.id)
          throw new ConnectError("the task was deleted", Code.NotFound);
        const changed: Task[] =
          event.case === "snapshot" ? event.value.tasks : event.case === "changed" ? [event.value] : [];
        task = changed.find(({ id }) => id === task?.id) ?? task;
        if (isFinal(task)) return task;
        // Given back after a break, it brings all that was missed.
        if (message.revision !== "") sinceRevision = message.revision;
      }
    } catch (error) {
      const { code, rawMessage } = ConnectError.from(error);
      if (refusals.has(code)) throw error;
      console.log(`* again after: ${oneLine(rawMessage)}`);
      await pause(1000);
    }
  }
}

function isFinal({ state }: Task): boolean {
  return ends.has(state);
}
