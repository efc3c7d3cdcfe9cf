import type { TaskRow } from "@dwld/queue";
import type { Task } from "@dwld/rpc";

/** A change as all watchers get it; made once, shared by all. */
export type LoggedChange = {
  readonly revision: number;
  readonly id: string;
  readonly chatId: string;
  /** Undefined if the task was deleted. */
  readonly task: { readonly row: TaskRow; readonly message: Task } | undefined;
  /** A later change of the same task is in the log, so this one need not be sent. */
  superseded: boolean;
};

const maxKept = 1000;

/** The newest changes, for watchers that keep up. A watcher that is further behind reads the database. */
export class ChangeLog {
  #changes: LoggedChange[] = [];
  readonly #newest = new Map<string, LoggedChange>();
  /** Every change after this revision is in the log. */
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

  /** Returns the changes after a revision in order; undefined if some of them are not in the log. */
  after(revision: number): LoggedChange[] | undefined {
    if (revision < this.#floor) return undefined;
    // Searches from the end, since most watchers are near it.
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
