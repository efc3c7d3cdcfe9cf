import { type Task, TaskState } from "@dwld/rpc";

/** The parts of the list, in their order on the page. */
export const sections = ["now", "waiting", "failed", "done"] as const;
export type Section = (typeof sections)[number];

export const statesOf: Readonly<Record<Section, readonly TaskState[]>> = {
  now: [TaskState.DOWNLOADING, TaskState.SENDING],
  waiting: [TaskState.QUEUED, TaskState.READY_TO_SEND],
  failed: [TaskState.FAILED],
  done: [TaskState.DONE, TaskState.CANCELED],
};

/** Returns the part in which a task stands. A state of a newer server counts as waiting. */
export function sectionOf({ state }: Pick<Task, "state">): Section {
  return sections.find((section) => statesOf[section].includes(state)) ?? "waiting";
}

/** Whether nothing more happens to a task unless a person asks for it. */
export function isFinal({ state }: Pick<Task, "state">): boolean {
  return state === TaskState.FAILED || statesOf.done.includes(state);
}
