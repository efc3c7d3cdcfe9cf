import { FailureClass, type Task, TaskState, type Wait, type WatchTasksResponse } from "@dwld/rpc";
import { isFinal } from "../render/task-words.ts";

/** A change of a task that is waited for. */
export type Change = { kind: "changed" | "progress" | "wait" | "deleted"; task: Task };

/**
 * Tracks the tasks that are waited for, and the entries of those that are playlists, by the messages of WatchTasks. A final
 * state is the end of a task here, whatever happens to it later.
 */
export class TaskTracker {
  readonly #tasks = new Map<string, Task>();
  readonly #deleted = new Set<string>();
  /** Missing in a snapshot, which has only the newest final tasks: they ended unseen, or were deleted. */
  readonly #unsure = new Set<string>();
  /** Ended playlists whose entries are not known yet. */
  readonly #unlisted = new Set<string>();

  /** Tracks another task. */
  add(task: Task): Change[] {
    return this.#tasks.has(task.id) ? this.#learn(task) : this.#keep(task);
  }

  /** Takes a message of WatchTasks; other tasks are ignored. */
  take({ event }: WatchTasksResponse): Change[] {
    switch (event.case) {
      case "snapshot": {
        const changes = event.value.tasks.flatMap((task) => this.#learn(task));
        const present = new Set(event.value.tasks.map(({ id }) => id));
        for (const { id } of this.open) if (!present.has(id)) this.#unsure.add(id);
        return changes;
      }
      case "changed":
        return this.#learn(event.value);
      case "deletedId":
        return this.delete(event.value);
      case "progress": {
        const task = this.#tasks.get(event.value.taskId);
        if (task === undefined || this.#isOver(task) || event.value.progress === undefined) return [];
        task.progress = event.value.progress;
        return [{ kind: "progress", task }];
      }
      case "wait": {
        const task = this.#tasks.get(event.value.taskId);
        if (task === undefined || this.#isOver(task)) return [];
        setWait(task, event.value.wait);
        return [{ kind: "wait", task }];
      }
      default:
        return [];
    }
  }

  /** Takes the deletion of a task. */
  delete(id: string): Change[] {
    const task = this.#tasks.get(id);
    if (task === undefined || this.#isOver(task)) return [];
    this.#deleted.add(id);
    this.#unsure.delete(id);
    return [{ kind: "deleted", task }];
  }

  /** Notes that all entries of a playlist were added. */
  entriesKnown(id: string): void {
    this.#unlisted.delete(id);
  }

  /** Ids to ask for by GetTask. */
  get unsure(): string[] {
    return [...this.#unsure];
  }

  /** Playlists whose entries to ask for by ListTasks. */
  get unlisted(): string[] {
    return [...this.#unlisted];
  }

  get tasks(): Task[] {
    return [...this.#tasks.values()];
  }

  /** The tasks that are not final, in the order in which they were added. */
  get open(): Task[] {
    return this.tasks.filter((task) => !this.#isOver(task));
  }

  /** The tasks that ended otherwise than DONE, or were deleted. */
  get lost(): Task[] {
    return this.tasks.filter((task) => this.#isOver(task) && task.state !== TaskState.DONE && !isLeftOut(task));
  }

  /** Entries of a playlist that were uploaded on other days than requested. */
  get leftOut(): Task[] {
    return this.tasks.filter(isLeftOut);
  }

  get isComplete(): boolean {
    return this.#unlisted.size === 0 && this.open.length === 0;
  }

  isDeleted(id: string): boolean {
    return this.#deleted.has(id);
  }

  #learn(task: Task): Change[] {
    const known = this.#tasks.get(task.id);
    if (known === undefined) return task.parentId !== "" && this.#tasks.has(task.parentId) ? this.#keep(task) : [];
    return this.#isOver(known) ? [] : this.#keep(task);
  }

  #keep(task: Task): Change[] {
    this.#tasks.set(task.id, task);
    this.#unsure.delete(task.id);
    if (isFinal(task.state) && task.childCount > 0) this.#unlisted.add(task.id);
    return [{ kind: "changed", task }];
  }

  #isOver(task: Task): boolean {
    return isFinal(task.state) || this.#deleted.has(task.id);
  }
}

/** Sets what a task waits for; undefined: nothing. */
export function setWait(task: Task, wait: Wait | undefined): void {
  if (wait === undefined) delete task.wait;
  else task.wait = wait;
}

function isLeftOut({ state, failure, options, parentId }: Task): boolean {
  const dated = (options?.uploadedAfter ?? "") !== "" || (options?.uploadedBefore ?? "") !== "";
  const filtered = state === TaskState.FAILED && failure?.failureClass === FailureClass.FILTERED;
  return filtered && dated && parentId !== "";
}
