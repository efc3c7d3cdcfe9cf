import { type ReadonlySignal, type Signal, batch, computed, signal } from "@preact/signals";
import type { Task, WatchTasksResponse } from "@dwld/rpc";
import { type Section, isFinal, sectionOf, sections } from "./sections.ts";
import { merge } from "./merge.ts";
import { Snapshot } from "./snapshot.ts";

type Entry = { readonly task: Signal<Task>; generation: number };
type Lists = Readonly<Record<Section, readonly string[]>>;

/**
 * The tasks that the page knows: those that the stream told, and pages of history that were loaded by ListTasks. While the
 * stream goes on, or is resumed, it keeps both up to date, since it tells every change of every task.
 *
 * Each task has a signal of its own, so that a progress redraws one row. The lists of ids change only when a task appears,
 * leaves, or moves to another part.
 */
export class TaskStore {
  readonly #tasks = new Map<string, Entry>();
  /** Counts the changes after which some list of ids differs. */
  readonly #shape = signal(0);
  readonly #generation = signal(0);
  #arriving: Snapshot | undefined;
  /** Tasks whose end the stream told: a page of history that was under way meanwhile may still have them. */
  readonly #deleted = new Set<string>();
  #lists: Lists = { now: [], waiting: [], failed: [], done: [] };

  /** The ids of each part, newest first. A part that did not change keeps its array. */
  readonly sections: ReadonlySignal<Lists> = computed(() => {
    void this.#shape.value;
    const ids: Record<Section, string[]> = { now: [], waiting: [], failed: [], done: [] };
    for (const [id, { task }] of this.#tasks) ids[sectionOf(task.peek())].push(id);
    const known = this.#lists;
    const lists = sections.map((section): [Section, readonly string[]] => {
      const list = ids[section].toSorted(newestFirst);
      return [section, isSame(known[section], list) ? known[section] : list];
    });
    this.#lists = Object.fromEntries(lists) as Lists;
    return this.#lists;
  });

  /**
   * The number of whole snapshots. 0: nothing is known yet. When it grows beyond 1, changes were missed for so long that the
   * server sent all anew: whoever loaded pages of history loads them again, and then calls `forgetUnconfirmed`.
   */
  readonly generation: ReadonlySignal<number> = this.#generation;

  /** Returns the signal of a task; undefined if the page does not know it. */
  task(id: string): ReadonlySignal<Task> | undefined {
    return this.#tasks.get(id)?.task;
  }

  /** Whether the store knows a task; a component that asks is drawn anew when that changes. */
  has(id: string): boolean {
    void this.#shape.value;
    return this.#tasks.has(id);
  }

  /** Takes the tasks of an answer (ListTasks, GetTask, AddTask …), unless the stream told a newer state meanwhile. */
  put(tasks: readonly Task[]): void {
    this.#put(
      tasks.filter(({ id }) => !this.#deleted.has(id)),
      "answer",
    );
  }

  /** Takes tasks out of sight. The stream, or an answer, may bring them back. */
  remove(ids: readonly string[]): void {
    const isReshaped = ids.map((id) => this.#tasks.delete(id)).some(Boolean);
    if (isReshaped) this.#shape.value += 1;
  }

  /** Removes the tasks of history that neither the last snapshot nor an answer after it had. */
  forgetUnconfirmed(): void {
    const generation = this.#generation.peek();
    this.#drop((_, entry) => entry.generation < generation);
  }

  /** Forgets all, for another person. */
  clear(): void {
    batch(() => {
      this.#arriving = undefined;
      this.#deleted.clear();
      this.#drop(() => true);
      this.#generation.value = 0;
    });
  }

  /** Applies events of WatchTasks, as one change. */
  apply(events: readonly WatchTasksResponse[]): void {
    batch(() => {
      for (const event of events) this.#apply(event);
    });
  }

  #apply({ event, revision }: WatchTasksResponse): void {
    if (event.case === "snapshot") {
      this.#arriving = new Snapshot(event.value.tasks);
      this.#put(event.value.tasks, "stream");
    } else if (this.#arriving !== undefined && event.case === "changed" && revision === "") {
      this.#arriving.add(event.value);
    } else this.#change(event);
    // The events of a snapshot have no revision, except the last.
    if (this.#arriving !== undefined && revision !== "") this.#complete(this.#arriving);
  }

  #change(event: WatchTasksResponse["event"]): void {
    switch (event.case) {
      case "changed":
        this.#put([event.value], "stream");
        return;
      case "deletedId":
        this.#deleted.add(event.value);
        this.remove([event.value]);
        return;
      case "progress":
        this.#alter(event.value.taskId, { progress: event.value.progress });
        return;
      case "wait":
        this.#alter(event.value.taskId, { wait: event.value.wait });
        return;
      // A heartbeat tells nothing of tasks; undefined is an event of a newer server.
      case "heartbeat":
      case "snapshot":
      case undefined:
    }
  }

  #complete(snapshot: Snapshot): void {
    this.#arriving = undefined;
    this.#deleted.clear();
    this.#generation.value += 1;
    this.#put(snapshot.tasks, "stream");
    this.#drop((id, { task }) => snapshot.denies(id, isFinal(task.peek())));
  }

  #put(tasks: readonly Task[], source: "stream" | "answer"): void {
    const generation = this.#generation.peek();
    let isReshaped = false;
    batch(() => {
      for (const task of tasks) {
        const entry = this.#tasks.get(task.id);
        if (entry === undefined) {
          this.#tasks.set(task.id, { task: signal(task), generation });
          isReshaped = true;
          continue;
        }
        entry.generation = generation;
        const known = entry.task.peek();
        const merged = merge(known, task, source);
        isReshaped ||= sectionOf(known) !== sectionOf(merged);
        entry.task.value = merged;
      }
      if (isReshaped) this.#shape.value += 1;
    });
  }

  #alter(id: string, changes: Pick<Task, "progress"> | Pick<Task, "wait">): void {
    const task = this.#tasks.get(id)?.task;
    if (task !== undefined) task.value = { ...task.peek(), ...changes };
  }

  #drop(isGone: (id: string, entry: Entry) => boolean): void {
    const gone = [...this.#tasks].filter(([id, entry]) => isGone(id, entry));
    for (const [id] of gone) this.#tasks.delete(id);
    if (gone.length > 0) this.#shape.value += 1;
  }
}

/** Ids begin with the time of their creation (UUID, version 7). */
function newestFirst(left: string, right: string): number {
  return left < right ? 1 : left > right ? -1 : 0;
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((id, index) => id === right[index]);
}

export const store = new TaskStore();
