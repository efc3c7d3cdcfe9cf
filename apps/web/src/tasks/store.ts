import { type ReadonlySignal, type Signal, computed, signal } from "@preact/signals";
import { clone } from "@bufbuild/protobuf";
import { type Task, TaskSchema, type WatchTasksResponse } from "@dwld/rpc";
import { type Section, sectionOf, sections } from "./sections.ts";

/**
 * The tasks that the page knows. Each has a signal of its own, so that a progress redraws one row; the order and the parts
 * change only when a task appears, leaves, or moves to another part.
 */
export class TaskStore {
  readonly #tasks = new Map<string, Signal<Task>>();
  /** Counts the changes after which some list of ids differs. */
  readonly #shape = signal(0);

  /** The ids of each part, newest first. */
  readonly sections: ReadonlySignal<Readonly<Record<Section, readonly string[]>>> = computed(() => {
    void this.#shape.value;
    const ids: Record<Section, string[]> = { now: [], waiting: [], failed: [], done: [] };
    for (const [id, task] of this.#tasks) ids[sectionOf(task.peek())].push(id);
    for (const section of sections) ids[section].sort(newestFirst);
    return ids;
  });

  /** Returns the signal of a task; undefined if the page does not know it. */
  task(id: string): ReadonlySignal<Task> | undefined {
    return this.#tasks.get(id);
  }

  /** Whether the store knows a task; a component that asks is drawn anew when that changes. */
  has(id: string): boolean {
    void this.#shape.value;
    return this.#tasks.has(id);
  }

  put(tasks: readonly Task[]): void {
    let isReshaped = false;
    for (const task of tasks) {
      const known = this.#tasks.get(task.id);
      if (known === undefined) {
        this.#tasks.set(task.id, signal(task));
        isReshaped = true;
      } else {
        isReshaped ||= sectionOf(known.peek()) !== sectionOf(task);
        known.value = keepDetails(known.peek(), task);
      }
    }
    if (isReshaped) this.#shape.value += 1;
  }

  remove(ids: readonly string[]): void {
    const isReshaped = ids.map((id) => this.#tasks.delete(id)).some(Boolean);
    if (isReshaped) this.#shape.value += 1;
  }

  /** Applies an event of WatchTasks. */
  apply({ event }: WatchTasksResponse): void {
    switch (event.case) {
      case "snapshot": {
        // A snapshot has every task that is not final: one that it lacks was deleted meanwhile, or ended long ago.
        const present = new Set(event.value.tasks.map(({ id }) => id));
        this.remove([...this.#tasks.keys()].filter((id) => !present.has(id)));
        this.put(event.value.tasks);
        return;
      }
      case "changed":
        this.put([event.value]);
        return;
      case "deletedId":
        this.remove([event.value]);
        return;
      case "progress":
        this.#change(event.value.taskId, (task) => (task.progress = event.value.progress));
        return;
      case "wait":
        this.#change(event.value.taskId, (task) => (task.wait = event.value.wait));
        return;
      case "heartbeat":
      case undefined:
    }
  }

  #change(id: string, change: (task: Task) => void): void {
    const known = this.#tasks.get(id);
    if (known === undefined) return;
    const changed = { ...known.peek() };
    change(changed);
    known.value = changed;
  }
}

/** An event tells a task without its attempts and files, which GetTask told before. */
function keepDetails(known: Task, told: Task): Task {
  if (told.attempts.length > 0 || known.attempts.length === 0 || known.updateTime !== told.updateTime) return told;
  const kept = clone(TaskSchema, told);
  kept.attempts = known.attempts;
  kept.files = known.files;
  return kept;
}

/** Ids begin with the time of their creation (UUID, version 7). */
function newestFirst(left: string, right: string): number {
  return left < right ? 1 : left > right ? -1 : 0;
}

export const store = new TaskStore();
