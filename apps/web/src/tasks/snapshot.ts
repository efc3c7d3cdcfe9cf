import type { Task } from "@dwld/rpc";

/** "The newest 50" of the contract. */
const newestCount = 50;

/** A snapshot while it arrives, in one message or several: all tasks that are not final, and the newest 50. */
export class Snapshot {
  readonly tasks: Task[];
  readonly #ids: Set<string>;
  /** The oldest of the newest 50; undefined if there are fewer tasks at all. */
  readonly #floor: string | undefined;

  constructor(tasks: readonly Task[]) {
    this.tasks = [...tasks];
    this.#ids = new Set(tasks.map(({ id }) => id));
    this.#floor = tasks[newestCount - 1]?.id;
  }

  add(task: Task): void {
    this.tasks.push(task);
    this.#ids.add(task.id);
  }

  /**
   * Returns whether a known task is gone, or no more what it was: the snapshot lacks it, although it would have it. It says
   * nothing about final tasks that are older than the newest 50.
   */
  denies(id: string, isFinal: boolean): boolean {
    if (this.#ids.has(id)) return false;
    return !isFinal || this.#floor === undefined || id > this.#floor;
  }
}
