import { type Database, listTasks, type TaskRow } from "@dwld/queue";
import type { Progress } from "@dwld/rpc";
import type { LiveProgress } from "@dwld/progress";
import { type ProgressReader, readProgress } from "../messages/live-progress.ts";
import { progressMessage } from "../messages/task-message.ts";

/** "At most twice a second" of the contract. */
export const progressIntervalMs = 500;

const maxInWork = 500;

export type ProgressUpdate = {
  readonly row: TaskRow;
  readonly live: LiveProgress;
  readonly message: Progress;
  /** The number of the poll in which it was new. */
  readonly tick: number;
};

/** Reads the progress of tasks in work once for all watchers, and keeps the newest of each task. */
export class ProgressPoll {
  readonly #database: Database;
  readonly #cache: ProgressReader;
  readonly #newest = new Map<string, ProgressUpdate>();
  #tick = 0;

  constructor(database: Database, cache: ProgressReader) {
    this.#database = database;
    this.#cache = cache;
  }

  /** The number of the newest poll that found something new. */
  get tick(): number {
    return this.#tick;
  }

  /** Returns whether any task is in work. @param left returns whether a task has left that state since it was read. */
  async poll(left: (row: TaskRow) => boolean): Promise<boolean> {
    const rows = await listTasks(
      this.#database,
      { scope: "all", states: ["DOWNLOADING", "SENDING"] },
      { limit: maxInWork },
    );
    const progress = await readProgress(this.#cache, rows);
    const tick = this.#tick + 1;
    for (const row of rows) {
      const live = progress.get(row.id);
      if (live === undefined || live.updatedAtMs === this.#newest.get(row.id)?.live.updatedAtMs || left(row)) continue;
      this.#newest.set(row.id, { row, live, message: progressMessage(live), tick });
      this.#tick = tick;
    }
    const inWork = new Set(rows.map(({ id }) => id));
    for (const id of this.#newest.keys()) if (!inWork.has(id)) this.#newest.delete(id);
    return rows.length > 0;
  }

  after(tick: number): ProgressUpdate[] {
    return [...this.#newest.values()].filter((told) => told.tick > tick);
  }

  newestOf(id: string): ProgressUpdate | undefined {
    return this.#newest.get(id);
  }

  /** Forgets the progress of a task that begins or leaves its work. */
  forget(id: string): void {
    this.#newest.delete(id);
  }
}
