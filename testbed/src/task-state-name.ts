import { TaskStateSchema, type TaskState } from "@dwld/rpc";

/** "QUEUED", "DONE" …; the number where the contract has no name for it. */
export function taskStateName(state: TaskState): string {
  return TaskStateSchema.value[state]?.localName ?? String(state);
}
