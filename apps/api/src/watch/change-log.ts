import type { TaskRow } from "@dwld/queue";
import type { Task } from "@dwld/rpc";

/** A change as all watchers are told it: made once, shared by all. */
export type LoggedChange = {
  readonly revision: number;
  readonly id: string;
  /** Undefined where the task was deleted. */
  readonly task: { readonly row: TaskRow; readonly message: Task } | undefined;
  /** A later change of the same task is in the log: this one need not be told any more. */
  superseded: boolean;
};

const maxKept = 1000;

/** The newest changes, one a task, for watchers that keep up; who is further behind reads the database. */
export class ChangeLog {
  #changes: LoggedChange[] = [];
  readonly #newest = new Map<string, LoggedChange>();
  /** Every change after this revision is here. */
  #floor: number;

  constructor(revision: number) {
    this.#floor = revision;
  }

  append(change: LoggedChange): void {
    const earlier = this.#newest.get(change.id);
    if (earlier !== undefined) earlier.superseded = true;
    this.#newest.set(change.id, change);
    this.#changes.push(change);
    if (this.#changes.length >= 2 * maxKept) this.#trim();
  }

  /** In order; undefined where they are not all here. */
  after(revision: number): LoggedChange[] | undefined {
    if (revision < this.#floor) return undefined;
    // From the end, since nearly everybody is nearly there.
    const first = this.#changes.findLastIndex((change) => change.revision <= revision) + 1;
    return this.#changes.slice(first).filter(({ superseded }) => !superseded);
  }

  newestOf(id: string): LoggedChange | undefined {
    return this.#newest.get(id);
  }

  #trim(): void {
    const dropped = this.#changes.splice(0, this.#changes.length - maxKept);
    this.#floor = dropped.at(-1)?.revision ?? this.#floor;
    for (const change of dropped) if (!change.superseded) this.#newest.delete(change.id);
  }
}
