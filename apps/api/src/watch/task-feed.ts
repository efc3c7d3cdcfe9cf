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
import { type ProgressReader, storedProgress } from "../live-progress.ts";
import { readTaskParts, type TaskSources } from "../messages/task-parts.ts";
import { taskMessageOrStub } from "../messages/task-message-or-stub.ts";
import { ChangeLog, type LoggedChange } from "./change-log.ts";
import { ProgressPoll, progressIntervalMs, type ProgressUpdate } from "./progress-poll.ts";
import { type WaitUpdate, WaitPoll } from "./wait-poll.ts";

/** The place of a watcher in the updates that are told between the changes. */
export type Ticks = { readonly progress: number; readonly waits: number };

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
  readonly #sources: TaskSources;
  readonly #progress: ProgressPoll;
  readonly #waits: WaitPoll;
  readonly #waiting = new Set<() => void>();
  #log = new ChangeLog(0);
  #revision = 0;
  #watchers = 0;
  #unlisten: (() => void) | undefined;
  #pollTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;

  constructor(sources: TaskSources, cache: ProgressReader, { logger, now }: { logger: Logger; now: () => number }) {
    const { database, waits } = sources;
    this.#database = database;
    this.#sources = sources;
    this.#logger = logger;
    this.#progress = new ProgressPoll(database, cache);
    this.#waits = new WaitPoll(database, waits, now);
  }

  /** How many watch. */
  get watchers(): number {
    return this.#watchers;
  }

  /** The newest change that was read. */
  get revision(): number {
    return this.#revision;
  }

  /** The newest polls of progress and of waits. */
  get ticks(): Ticks {
    return { progress: this.#progress.tick, waits: this.#waits.tick };
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
  changesAfter(revision: number): LoggedChange[] | undefined {
    const logged = revision > this.#revision ? undefined : this.#log.after(revision);
    if (logged !== undefined) return logged;
    const changes = changesSince(this.#database, revision, pageSize);
    return changes === undefined ? undefined : this.#tell(changes);
  }

  progressAfter({ progress }: Ticks): ProgressUpdate[] {
    return this.#progress.after(progress);
  }

  waitsAfter({ waits }: Ticks): WaitUpdate[] {
    return this.#waits.after(waits);
  }

  /** The present waits of the first tasks in each line, for a watcher that was away. */
  presentWaits(): Omit<WaitUpdate, "tick">[] {
    return this.#waits.present();
  }

  /** Whether this is still the newest word on its task's progress, or its wait. */
  isNewest(told: ProgressUpdate | WaitUpdate): boolean {
    return "live" in told ? this.#progress.newestOf(told.row.id) === told : this.#waits.isNewest(told);
  }

  /** Resolves when there is something after this place, when the time is over, or at the abort. */
  async wait(place: Ticks & { revision: number }, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { progress, waits } = this.ticks;
    const isNew = this.#revision > place.revision || progress > place.progress || waits > place.waits;
    if (signal.aborted || isNew) return;
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
    // The reasons that a snapshot is about to tell are no news afterwards; those that change meanwhile are.
    this.#waits.poll();
    this.#unlisten = this.#database.bell.listen(() => {
      this.#pull();
    });
    this.#pollWhileBusy();
  }

  #rest(): void {
    this.#unlisten?.();
    clearTimeout(this.#pollTimer);
    clearTimeout(this.#retryTimer);
    this.#pollTimer = undefined;
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
    this.#pollWhileBusy();
  }

  #tell(changes: readonly Change[]): LoggedChange[] {
    const rows = changes.flatMap((change) => ("task" in change ? [change.task] : []));
    const parts = readTaskParts(this.#sources, rows);
    const timelines = Map.groupBy(
      timelineOf(
        this.#database,
        rows.map(({ seq }) => seq),
      ),
      ({ task_seq }) => task_seq,
    );
    return changes.map((change): LoggedChange => {
      const { revision } = change;
      if ("deletedId" in change) return { revision, id: change.deletedId, task: undefined, superseded: false };
      const row = change.task;
      const known = this.#progress.newestOf(row.id);
      if (known !== undefined && known.row.state !== row.state) this.#progress.forget(row.id);
      const progress = this.#progress.newestOf(row.id)?.live ?? storedProgress(row);
      this.#waits.forget(row.id);
      const told = { ...parts(row), progress, attempts: timelines.get(row.seq) ?? [] };
      const message = taskMessageOrStub(this.#logger, row, told);
      return { revision, id: row.id, task: { row, message }, superseded: false };
    });
  }

  /** Runs on while somebody watches and a task is not final; started again by the change that brings one. */
  #pollWhileBusy(): void {
    if (this.#pollTimer !== undefined || this.#watchers === 0) return;
    const { DOWNLOADING, SENDING, QUEUED, READY_TO_SEND } = countTasks(this.#database);
    if (DOWNLOADING + SENDING + QUEUED + READY_TO_SEND === 0) return;
    this.#pollTimer = setTimeout(() => {
      this.#poll().catch((error: unknown) => {
        this.#logger.error({ err: error }, "progress and waits could not be read");
      });
    }, progressIntervalMs);
  }

  async #poll(): Promise<void> {
    try {
      const before = this.ticks;
      this.#waits.poll();
      await this.#progress.poll((row) => this.#hasLeft(row));
      const { progress, waits } = this.ticks;
      if (progress > before.progress || waits > before.waits) this.#wake();
    } finally {
      this.#pollTimer = undefined;
      this.#pollWhileBusy();
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
