import type { Logger } from "@dwld/daemon";
import {
  type Change,
  changesSince,
  countTasks,
  currentRevision,
  type Database,
  DatabaseError,
  historyIdentity,
  type TaskRow,
  timelineOf,
} from "@dwld/queue";
import { SingleFlight } from "@dwld/timing";
import { type ProgressReader, storedProgress } from "../messages/live-progress.ts";
import { readTaskParts, type TaskSources } from "../messages/task-parts.ts";
import { taskMessageOrStub } from "../messages/task-message-or-stub.ts";
import { ChangeLog, type LoggedChange } from "./change-log.ts";
import { ProgressPoll, progressIntervalMs, type ProgressUpdate } from "./progress-poll.ts";
import { type WaitUpdate, WaitPoll } from "./wait-poll.ts";

/** The place of a watcher in the updates between the changes. */
export type Ticks = { readonly progress: number; readonly waits: number };

/** The place of a watcher. */
export type Place = Ticks & { readonly revision: number; readonly identity: string };

/** Changes that are read at once. */
const pageSize = 200;

const retryAfterErrorMs = 1000;

/**
 * Reads every change of the task table once, and the progress of tasks in work twice a second, for all watchers. It does
 * nothing while nobody watches. A watcher is a place in it, so a slow one costs no memory.
 */
export class TaskFeed {
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #sources: TaskSources;
  readonly #progress: ProgressPoll;
  readonly #waits: WaitPoll;
  readonly #waiting = new Set<() => void>();
  /** Reads run one after another, so that changes are appended once and in order. */
  readonly #reading = new SingleFlight(async () => {
    await this.#read();
    this.#isAway = false;
  });
  #log = new ChangeLog(0);
  #revision = 0;
  #identity = "";
  #isAway = false;
  /** Nobody has watched since the log was begun. */
  #isStale = true;
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

  /** The number of watchers. */
  get watchers(): number {
    return this.#watchers;
  }

  /** The revision of the newest change that was read. */
  get revision(): number {
    return this.#revision;
  }

  /** The identity of the changes that the revisions count. A server that takes another's place begins another one. */
  get identity(): string {
    return this.#identity;
  }

  /** Whether the database cannot be read at the moment, and may be in a while. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** The numbers of the newest polls of progress and of waits. */
  get ticks(): Ticks {
    return { progress: this.#progress.tick, waits: this.#waits.tick };
  }

  /** Adds a watcher. Returns a function that removes it; calling that twice does no harm. */
  async open(): Promise<() => void> {
    this.#watchers += 1;
    let open = true;
    const close = () => {
      if (!open) return;
      open = false;
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#stop();
    };
    // Listens before it reads, so that it misses nothing between the two.
    if (this.#watchers === 1) this.#listen();
    try {
      if (this.#isStale) await this.#reading.run();
      return close;
    } catch (error) {
      close();
      throw error;
    }
  }

  /**
   * Returns the next changes in order; empty if there are none yet, undefined if only a snapshot helps.
   *
   * @param identity of the database to which the revision belongs.
   */
  async changesAfter(revision: number, identity: string): Promise<LoggedChange[] | undefined> {
    if (identity !== this.#identity) return undefined;
    const logged = revision > this.#revision ? undefined : this.#log.after(revision);
    if (logged !== undefined) return logged;
    const changes = await this.#changesSince(revision, identity);
    return changes === undefined ? undefined : await this.#toLogged(changes);
  }

  progressAfter({ progress }: Ticks): ProgressUpdate[] {
    return this.#progress.after(progress);
  }

  waitsAfter({ waits }: Ticks): WaitUpdate[] {
    return this.#waits.after(waits);
  }

  /** Returns the present waits of the first tasks in each line, for a watcher that was away. */
  async presentWaits(): Promise<Omit<WaitUpdate, "tick">[]> {
    return await this.#waits.present();
  }

  /** Returns whether this is still the newest progress or wait of its task. */
  isNewest(told: ProgressUpdate | WaitUpdate): boolean {
    return "live" in told ? this.#progress.newestOf(told.row.id) === told : this.#waits.isNewest(told);
  }

  /** Resolves when there is something after this place, after the time-out, or at the abort. */
  async wait(place: Place, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { progress, waits } = this.ticks;
    const isAhead = this.#revision > place.revision || this.#identity !== place.identity;
    if (signal.aborted || isAhead || progress > place.progress || waits > place.waits) return;
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

  #listen(): void {
    this.#isStale = true;
    this.#unlisten = this.#database.notifier.listen(["changes"], () => {
      void this.#pull();
    });
  }

  async #read(): Promise<void> {
    if (!this.#isStale) {
      await this.#readChanges();
      return;
    }
    await this.#reset();
    // The snapshot sends the present reasons to wait, and the present progress; only later ones are new.
    await this.#waits.poll();
    await this.#progress.poll((row) => this.#hasLeft(row));
    this.#isStale = false;
    await this.#pollWhileBusy();
  }

  async #reset(): Promise<void> {
    const identity = await historyIdentity(this.#database);
    this.#revision = await currentRevision(this.#database);
    this.#identity = identity;
    this.#log = new ChangeLog(this.#revision);
  }

  /** Returns undefined if only a snapshot helps: tombstones were removed, or the revision belongs to another database. */
  async #changesSince(revision: number, identity: string): Promise<Change[] | undefined> {
    const changes = await changesSince(this.#database, revision, pageSize);
    // Read afterwards: another server may take over at any time, whose revisions begin below those of the one before.
    return (await historyIdentity(this.#database)) === identity ? changes : undefined;
  }

  #stop(): void {
    this.#isStale = true;
    this.#unlisten?.();
    clearTimeout(this.#pollTimer);
    clearTimeout(this.#retryTimer);
    this.#pollTimer = undefined;
  }

  async #pull(): Promise<void> {
    clearTimeout(this.#retryTimer);
    try {
      await this.#reading.run();
    } catch (error) {
      this.#retryAfter(error, "changes could not be read; trying again");
    }
    this.#wake();
  }

  #retryAfter(error: unknown, message: string): void {
    const wasAway = this.#isAway;
    this.#isAway = error instanceof DatabaseError && error.mayPass;
    if (!wasAway || !this.#isAway) this.#logger.error({ err: error }, message);
    clearTimeout(this.#retryTimer);
    if (this.#watchers > 0) this.#retryTimer = setTimeout(() => void this.#pull(), retryAfterErrorMs);
  }

  async #readChanges(): Promise<void> {
    for (;;) {
      const changes = await this.#changesSince(this.#revision, this.#identity);
      if (changes === undefined) {
        await this.#reset();
        break;
      }
      for (const change of await this.#toLogged(changes)) {
        this.#log.append(change);
        this.#revision = change.revision;
      }
      if (changes.length < pageSize) break;
    }
    await this.#pollWhileBusy();
  }

  async #toLogged(changes: readonly Change[]): Promise<LoggedChange[]> {
    const rows = changes.flatMap((change) => ("task" in change ? [change.task] : []));
    const parts = await readTaskParts(this.#sources, rows);
    const seqs = rows.map(({ seq }) => seq);
    const timelines = Map.groupBy(await timelineOf(this.#database, seqs), ({ task_seq }) => task_seq);
    return changes.map((change): LoggedChange => {
      const { revision } = change;
      if ("deletedId" in change) {
        const { deletedId: id, chatId } = change;
        return { revision, id, chatId, task: undefined, superseded: false };
      }
      const row = change.task;
      const known = this.#progress.newestOf(row.id);
      if (known !== undefined && known.row.state !== row.state) this.#progress.forget(row.id);
      const progress = this.#progress.newestOf(row.id)?.live ?? storedProgress(row);
      this.#waits.forget(row.id);
      const allParts = { ...parts(row), progress, attempts: timelines.get(row.seq) ?? [] };
      const message = taskMessageOrStub(this.#logger, row, allParts);
      return { revision, id: row.id, chatId: row.chat_id, task: { row, message }, superseded: false };
    });
  }

  /** Polls while somebody watches and a task is not final. A change that brings such a task starts it again. */
  async #pollWhileBusy(): Promise<void> {
    if (this.#pollTimer !== undefined || this.#watchers === 0) return;
    const { DOWNLOADING, SENDING, QUEUED, READY_TO_SEND } = await countTasks(this.#database, "all");
    if (DOWNLOADING + SENDING + QUEUED + READY_TO_SEND === 0) return;
    // Meanwhile another look may have set it, or the last watcher gone.
    if (this.#pollTimer !== undefined || this.#watchers === 0) return;
    this.#pollTimer = setTimeout(() => {
      this.#poll().catch((error: unknown) => {
        this.#retryAfter(error, "progress and waits could not be read; trying again");
      });
    }, progressIntervalMs);
  }

  async #poll(): Promise<void> {
    const timer = this.#pollTimer;
    try {
      const before = this.ticks;
      await this.#waits.poll();
      await this.#progress.poll((row) => this.#hasLeft(row));
      const { progress, waits } = this.ticks;
      if (progress > before.progress || waits > before.waits) this.#wake();
    } finally {
      // The last watcher may have left meanwhile, and a further one have begun a poll of its own.
      if (this.#pollTimer === timer) this.#pollTimer = undefined;
      await this.#pollWhileBusy();
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
