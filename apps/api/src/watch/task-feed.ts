import type { Logger } from "@dwld/daemon";
import {
  type Change,
  changesSince,
  countTasks,
  currentRevision,
  type Database,
  type TaskRow,
  timelineOf,
} from "@dwld/queue";
import { filesOfDone } from "../files-of-done.ts";
import { type ProgressReader, storedProgress } from "../live-progress.ts";
import type { TaskBounds } from "../task-bounds.ts";
import { tellRow } from "../tell-row.ts";
import { ChangeLog, type ToldChange } from "./change-log.ts";
import { ProgressPoll, progressIntervalMs, type ToldProgress } from "./progress-poll.ts";

/** How many changes are read at once. */
const pageSize = 200;

const retryAfterErrorMs = 1000;

/**
 * Reads every change of the task table once, and the progress of tasks in work twice a second, for all watchers
 * together; rests while nobody watches. A watcher is no more than a place in it, so a slow one costs no memory.
 */
export class TaskFeed {
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #boundsOf: (row: TaskRow) => TaskBounds;
  readonly #progress: ProgressPoll;
  readonly #waiting = new Set<() => void>();
  #log = new ChangeLog(0);
  #revision = 0;
  #watchers = 0;
  #unlisten: (() => void) | undefined;
  #progressTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;

  constructor(
    database: Database,
    cache: ProgressReader,
    { logger, boundsOf }: { logger: Logger; boundsOf: (row: TaskRow) => TaskBounds },
  ) {
    this.#database = database;
    this.#logger = logger;
    this.#boundsOf = boundsOf;
    this.#progress = new ProgressPoll(database, cache);
  }

  /** How many watch. */
  get watchers(): number {
    return this.#watchers;
  }

  /** The newest change that was read. */
  get revision(): number {
    return this.#revision;
  }

  /** The newest poll of progress. */
  get tick(): number {
    return this.#progress.tick;
  }

  /** Comes to watch. Returns what ends it; calling that twice does no harm. */
  open(): () => void {
    this.#watchers += 1;
    if (this.#watchers === 1) this.#start();
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#rest();
    };
  }

  /** The next changes in order, one a task; empty: none yet; undefined: so long ago that only a snapshot helps. */
  changesAfter(revision: number): ToldChange[] | undefined {
    const logged = revision > this.#revision ? undefined : this.#log.after(revision);
    if (logged !== undefined) return logged;
    const changes = changesSince(this.#database, revision, pageSize);
    return changes === undefined ? undefined : this.#tell(changes);
  }

  progressAfter(tick: number): ToldProgress[] {
    return this.#progress.after(tick);
  }

  /** Whether this is still the newest word on its task. */
  isNewest(told: ToldProgress): boolean {
    return this.#progress.newestOf(told.row.id) === told;
  }

  /** Resolves when there is something after this place, when the time is over, or at the abort. */
  async wait(place: { revision: number; tick: number }, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#revision > place.revision || this.tick > place.tick) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.max(0, timeoutMs));
    const wake = (): void => {
      resolve();
    };
    this.#waiting.add(wake);
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(wake);
    signal.removeEventListener("abort", wake);
  }

  #start(): void {
    this.#revision = currentRevision(this.#database);
    this.#log = new ChangeLog(this.#revision);
    this.#unlisten = this.#database.bell.listen(() => {
      this.#pull();
    });
    this.#pollWhileInWork();
  }

  #rest(): void {
    this.#unlisten?.();
    clearTimeout(this.#progressTimer);
    clearTimeout(this.#retryTimer);
    this.#progressTimer = undefined;
  }

  #pull(): void {
    clearTimeout(this.#retryTimer);
    try {
      this.#readChanges();
    } catch (error) {
      this.#logger.error({ err: error }, "changes could not be read; trying again");
      this.#retryTimer = setTimeout(() => {
        this.#pull();
      }, retryAfterErrorMs);
    }
    this.#wake();
  }

  #readChanges(): void {
    for (;;) {
      const changes = changesSince(this.#database, this.#revision, pageSize);
      if (changes === undefined) {
        // Another database took this one's place, or deletions were forgotten: watchers begin anew.
        this.#revision = currentRevision(this.#database);
        this.#log = new ChangeLog(this.#revision);
        return;
      }
      for (const change of this.#tell(changes)) {
        this.#log.append(change);
        this.#revision = change.revision;
      }
      if (changes.length < pageSize) break;
    }
    this.#pollWhileInWork();
  }

  #tell(changes: readonly Change[]): ToldChange[] {
    const rows = changes.flatMap((change) => ("task" in change ? [change.task] : []));
    const files = filesOfDone(this.#database, rows);
    const timelines = Map.groupBy(
      timelineOf(
        this.#database,
        rows.map(({ seq }) => seq),
      ),
      ({ task_seq }) => task_seq,
    );
    return changes.map((change): ToldChange => {
      const { revision } = change;
      if ("deletedId" in change) return { revision, id: change.deletedId, task: undefined, superseded: false };
      const row = change.task;
      const known = this.#progress.newestOf(row.id);
      if (known !== undefined && known.row.state !== row.state) this.#progress.forget(row.id);
      const progress = this.#progress.newestOf(row.id)?.live ?? storedProgress(row);
      const parts = { files: files.get(row.seq) ?? [], attempts: timelines.get(row.seq) ?? [] };
      const message = tellRow(this.#logger, row, { progress, bounds: this.#boundsOf(row), ...parts });
      return { revision, id: row.id, task: { row, message }, superseded: false };
    });
  }

  /** Runs on while somebody watches and something is in work; started again by the change that brings work. */
  #pollWhileInWork(): void {
    if (this.#progressTimer !== undefined || this.#watchers === 0) return;
    const { DOWNLOADING, SENDING } = countTasks(this.#database);
    if (DOWNLOADING + SENDING === 0) return;
    this.#progressTimer = setTimeout(() => {
      this.#pollProgress().catch((error: unknown) => {
        this.#logger.error({ err: error }, "progress could not be read");
      });
    }, progressIntervalMs);
  }

  async #pollProgress(): Promise<void> {
    try {
      const tick = this.tick;
      await this.#progress.poll((row) => this.#hasLeft(row));
      if (this.tick > tick) this.#wake();
    } finally {
      this.#progressTimer = undefined;
      this.#pollWhileInWork();
    }
  }

  #hasLeft(row: TaskRow): boolean {
    const newest = this.#log.newestOf(row.id);
    return newest !== undefined && newest.revision > row.revision && newest.task?.row.state !== row.state;
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
