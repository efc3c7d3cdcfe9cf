import { type Database, listTasks, type TaskRow } from "@dwld/queue";
import type { Progress } from "@dwld/rpc";
import type { LiveProgress } from "@dwld/progress";
import { type ProgressReader, readProgress } from "../live-progress.ts";
import { progressMessage } from "../messages/task-message.ts";

/** "At most twice a second" is the contract's. */
export const progressIntervalMs = 500;

const maxInWork = 500;

export type ProgressUpdate = {
  readonly row: TaskRow;
  readonly live: LiveProgress;
  readonly message: Progress;
  /** The poll in which it was new. */
  readonly tick: number;
};

/** How far the tasks in work have come: read once for all watchers, the newest word of each task kept. */
export class ProgressPoll {
  readonly #database: Database;
  readonly #cache: ProgressReader;
  readonly #told = new Map<string, ProgressUpdate>();
  #tick = 0;

  constructor(database: Database, cache: ProgressReader) {
    this.#database = database;
    this.#cache = cache;
  }

  /** The newest poll that brought something. */
  get tick(): number {
    return this.#tick;
  }

  /** @returns whether any task is in work. @param left whether a task has meanwhile left the work it was read in. */
  async poll(left: (row: TaskRow) => boolean): Promise<boolean> {
    const rows = await listTasks(this.#database, { states: ["DOWNLOADING", "SENDING"] }, { limit: maxInWork });
    const progress = await readProgress(this.#cache, rows);
    const tick = this.#tick + 1;
    for (const row of rows) {
      const live = progress.get(row.id);
      if (live === undefined || live.updatedAtMs === this.#told.get(row.id)?.live.updatedAtMs || left(row)) continue;
      this.#told.set(row.id, { row, live, message: progressMessage(live), tick });
      this.#tick = tick;
    }
    const inWork = new Set(rows.map(({ id }) => id));
    for (const id of this.#told.keys()) if (!inWork.has(id)) this.#told.delete(id);
    return rows.length > 0;
  }

  after(tick: number): ProgressUpdate[] {
    return [...this.#told.values()].filter((told) => told.tick > tick);
  }

  newestOf(id: string): ProgressUpdate | undefined {
    return this.#told.get(id);
  }

  /** The task begins or leaves its work: what was known of its progress is over. */
  forget(id: string): void {
    this.#told.delete(id);
  }
}
