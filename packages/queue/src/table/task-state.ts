/** Where a task stands. The SQL CHECK and trigger, this table and the picture in docs/architecture.md agree; a test says so. */
export const taskStates = ["QUEUED", "DOWNLOADING", "READY_TO_SEND", "SENDING", "DONE", "FAILED", "CANCELED"] as const;

export type TaskState = (typeof taskStates)[number];

export const finalStates = ["DONE", "FAILED", "CANCELED"] as const satisfies readonly TaskState[];

export type FinalState = (typeof finalStates)[number];

/**
 * What can happen to a task.
 *
 * - `claim`: a worker or a sender takes it on.
 * - `downloaded`: all files are there and go to the server; `kept`: they stay where they are, since delivery is off.
 * - `requeued`: it waits for another try, by the same or the next stage, or because its owner died.
 * - `expanded`: a playlist became tasks of its own.
 * - `delivered`: the server's copies are verified.
 * - `failed`, `canceled`: it ends; `retried` starts it again, `resent` where its files are still there.
 */
export type TaskEvent =
  | "claim"
  | "downloaded"
  | "kept"
  | "requeued"
  | "expanded"
  | "delivered"
  | "failed"
  | "canceled"
  | "retried"
  | "resent";

const transitions: Record<TaskState, Partial<Record<TaskEvent, TaskState>>> = {
  QUEUED: { claim: "DOWNLOADING", canceled: "CANCELED" },
  DOWNLOADING: {
    downloaded: "READY_TO_SEND",
    kept: "DONE",
    expanded: "DONE",
    requeued: "QUEUED",
    failed: "FAILED",
    canceled: "CANCELED",
  },
  READY_TO_SEND: { claim: "SENDING", kept: "DONE", canceled: "CANCELED" },
  SENDING: {
    delivered: "DONE",
    requeued: "READY_TO_SEND",
    failed: "FAILED",
    canceled: "CANCELED",
  },
  DONE: {},
  FAILED: { retried: "QUEUED", resent: "READY_TO_SEND" },
  CANCELED: { retried: "QUEUED" },
};

/** The state that follows, or undefined where the event cannot happen in this state. */
export function nextState(state: TaskState, event: TaskEvent): TaskState | undefined {
  return transitions[state][event];
}

/** The states in which an event can happen. */
export function statesBefore(event: TaskEvent): TaskState[] {
  return taskStates.filter((state) => nextState(state, event) !== undefined);
}

export function isFinal(state: TaskState): state is FinalState {
  return finalStates.some((final) => final === state);
}

/** Every edge of the picture, once for each event. */
export function allTransitions(): { from: TaskState; event: TaskEvent; to: TaskState }[] {
  return taskStates.flatMap((from) =>
    Object.entries(transitions[from]).map(([event, to]) => ({ from, event: event as TaskEvent, to })),
  );
}
