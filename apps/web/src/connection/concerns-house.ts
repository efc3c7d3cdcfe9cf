import { TaskState, type WatchTasksResponse } from "@dwld/rpc";

const settled: ReadonlySet<TaskState> = new Set([
  TaskState.READY_TO_SEND,
  TaskState.DONE,
  TaskState.FAILED,
  TaskState.CANCELED,
]);

/** Whether an event of the tasks may come with a change of the house: bytes moved, or something keeps a task waiting. */
export function concernsHouse({ event }: WatchTasksResponse): boolean {
  switch (event.case) {
    case "snapshot":
    case "wait":
      return true;
    case "changed":
      return settled.has(event.value.state) || event.value.wait !== undefined;
    default:
      return false;
  }
}
