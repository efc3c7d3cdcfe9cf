import { type Task, TaskState } from "@dwld/rpc";

/** How a task ended, for the person who asked; undefined where it has not. */
export function describeEnd({ state, title, failure }: Task): string | undefined {
  switch (state) {
    case TaskState.DONE:
      return `done: ${title}`;
    case TaskState.FAILED:
      return `failed: ${failure?.advice[0]?.text ?? ""}`;
    case TaskState.CANCELED:
      return "canceled";
    default:
      return undefined;
  }
}

/** Where a task stands that has not ended. */
export function describeState({ state, wait }: Task): string {
  switch (state) {
    case TaskState.DOWNLOADING:
      return "is downloaded";
    case TaskState.READY_TO_SEND:
      return "is downloaded and waits to be sent";
    case TaskState.SENDING:
      return "is sent to the server";
    default:
      return ["waits", ...(wait?.text.slice(0, 1).map(({ text }) => text) ?? [])].join(": ");
  }
}
