/** The states of a task. A test compares them and their edges with the SQL CHECK, the SQL trigger and docs/architecture.md. */
export const taskStates = ["QUEUED", "DOWNLOADING", "READY_TO_SEND", "SENDING", "DONE", "FAILED", "CANCELED"] as const;

export type TaskState = (typeof taskStates)[number];

export const finalStates = ["DONE", "FAILED", "CANCELED"] as const satisfies readonly TaskState[];

export type FinalState = (typeof finalStates)[number];

/** In these states a process holds a lease on the task. */
export const heldStates = ["DOWNLOADING", "SENDING"] as const satisfies readonly TaskState[];

export type HeldState = (typeof heldStates)[number];

/** The states in which a task enters the table: a new one, and what another program already did. */
export const initialStates = { added: "QUEUED", imported: "DONE" } as const satisfies Record<string, TaskState>;

/**
 * The events of a task's life.
 *
 * - `claim`: a worker or a sender takes it on.
 * - `downloaded`: all files are on this machine and wait for their delivery.
 * - `requeued`: it waits for another try: by the same stage, by the next one, or because its process ended.
 * - `expanded`: a playlist became tasks of its own.
 * - `delivered`: the copies at the destination are verified.
 * - `restarted`: its files were on a host that is gone, and it is downloaded again.
 * - `failed`, `canceled`: it ends.
 * - `retried`: it starts again; `resent`: at the delivery, since its files are still on this machine.
 */
export type TaskEvent =
  | "claim"
  | "downloaded"
  | "requeued"
  | "expanded"
  | "delivered"
  | "restarted"
  | "failed"
  | "canceled"
  | "retried"
  | "resent";

const transitions: Record<TaskState, Partial<Record<TaskEvent, TaskState>>> = {
  QUEUED: { claim: "DOWNLOADING", canceled: "CANCELED" },
  DOWNLOADING: {
    downloaded: "READY_TO_SEND",
    expanded: "DONE",
    requeued: "QUEUED",
    failed: "FAILED",
    canceled: "CANCELED",
  },
  READY_TO_SEND: { claim: "SENDING", restarted: "QUEUED", failed: "FAILED", canceled: "CANCELED" },
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

/** Returns the state that follows, or undefined if the event cannot happen in this state. */
export function nextState(state: TaskState, event: TaskEvent): TaskState | undefined {
  return transitions[state][event];
}

/** Returns the states in which an event can happen. */
export function statesBefore(event: TaskEvent): TaskState[] {
  return taskStates.filter((state) => nextState(state, event) !== undefined);
}

export function isFinal(state: TaskState): state is FinalState {
  return finalStates.some((final) => final === state);
}

export function isHeld(state: TaskState): state is HeldState {
  return heldStates.some((held) => held === state);
}

/** Returns every edge of the table, once for each event. */
export function allTransitions(): { from: TaskState; event: TaskEvent; to: TaskState }[] {
  return taskStates.flatMap((from) =>
    Object.entries(transitions[from]).map(([event, to]) => ({ from, event: event as TaskEvent, to })),
  );
}
