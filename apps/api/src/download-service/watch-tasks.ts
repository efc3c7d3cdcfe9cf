import { setTimeout as pause } from "node:timers/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { DatabaseError, isInScope, type Scope, type TaskFilter } from "@dwld/queue";
import type { WatchTasksRequest, WatchTasksResponseSchema } from "@dwld/rpc";
import type { MessageSources } from "../messages/task-messages.ts";
import { ShuttingDownError } from "../rules/errors.ts";
import { checkRequest, watchTasksRules } from "../rules/request-rules.ts";
import type { LoggedChange } from "../watch/change-log.ts";
import { FilteredView } from "../watch/filtered-view.ts";
import type { ProgressUpdate } from "../watch/progress-poll.ts";
import { readRevisionToken, writeRevisionToken } from "../watch/revision-token.ts";
import { snapshotPages } from "../watch/snapshot.ts";
import type { Ticks } from "../watch/task-feed.ts";
import type { WaitUpdate } from "../watch/wait-poll.ts";
import type { ServiceContext } from "./context.ts";

export type WatchContext = MessageSources & Pick<ServiceContext, "feed" | "now" | "seal" | "stopping">;

type Response = MessageInitShape<typeof WatchTasksResponseSchema>;

/** Less than the 5 s that the contract promises. */
const heartbeatIntervalMs = 4000;

/** Time until a database that is away is read again, ms. */
const absenceMs = 1000;

/**
 * Sends a snapshot, then every change. The generator is resumed only when the client has taken the last message, so a
 * slow client gets the newest state of each task, and misses those between.
 *
 * @throws ShuttingDownError when the server stops; the client connects again with its last revision.
 */
export async function* watchTasks(
  context: WatchContext,
  scope: Scope,
  request: WatchTasksRequest,
  signal: AbortSignal,
): AsyncGenerator<Response> {
  const filter = { scope, ...checkRequest(watchTasksRules, request).filter };
  const close = await context.feed.open();
  // A generator is never resumed if its client has gone.
  signal.addEventListener("abort", close, { once: true });
  try {
    const { sinceRevision } = request;
    yield* follow(context, { filter, sinceRevision }, AbortSignal.any([signal, context.stopping]));
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
  if (context.stopping.aborted) throw new ShuttingDownError();
}

/** Follows the feed, and waits for a database that is away once the watcher has been told anything. */
async function* follow(
  context: WatchContext,
  request: { filter: TaskFilter; sinceRevision: string },
  ended: AbortSignal,
): AsyncGenerator<Response> {
  const watcher = new Watcher(context, request, ended);
  let isFirst = true;
  for (;;)
    try {
      for await (const message of watcher.messages()) {
        isFirst = false;
        yield message;
      }
      return;
    } catch (error) {
      if (isFirst || !(error instanceof DatabaseError) || !error.mayPass) throw error;
      yield* watcher.waitOut();
    }
}

/** One watcher, and how far it is. */
class Watcher {
  readonly #context: WatchContext;
  readonly #filter: TaskFilter;
  readonly #view: FilteredView;
  readonly #ended: AbortSignal;
  /** The database in which the revision counts. */
  #identity: string;
  /** All changes up to it were told. Undefined: a snapshot has to be sent. */
  #revision: number | undefined;
  /** The newest revision when the watcher came. */
  readonly #presentRevision: number;
  #hasBeenAway: boolean;
  #ticks: Ticks;
  #heartbeatAtMs = performance.now();
  #saidAway = false;

  constructor(
    context: WatchContext,
    { filter, sinceRevision }: { filter: TaskFilter; sinceRevision: string },
    ended: AbortSignal,
  ) {
    const { feed, seal } = context;
    this.#context = context;
    this.#filter = filter;
    this.#view = new FilteredView(filter);
    this.#ended = ended;
    this.#identity = feed.identity;
    this.#revision = readRevisionToken(seal, sinceRevision, feed.identity);
    this.#presentRevision = this.#revision === undefined ? 0 : feed.revision;
    this.#hasBeenAway = this.#revision !== undefined;
    this.#ticks = feed.ticks;
  }

  /** Yields what the watcher lacks, from its place on. May be called again after an error. */
  async *messages(): AsyncGenerator<Response> {
    const { feed } = this.#context;
    const ended = this.#ended;
    while (!ended.aborted) {
      const known = feed.revision;
      const changes =
        this.#revision === undefined ? undefined : await feed.changesAfter(this.#revision, this.#identity);
      if (changes === undefined) {
        yield* this.#snapshot();
        continue;
      }
      yield* this.#tell(changes);
      if (changes.length > 0) continue;
      this.#revision = Math.max(this.#revision ?? 0, known);
      if (this.#hasBeenAway) {
        // A reason to wait changes without its row, so the log has an old one; a progress may stand still for long.
        const present = [...(await feed.presentWaits()), ...feed.progressAfter({ ...this.#ticks, progress: 0 })];
        for (const told of present) if (this.#view.includesUpdate(told.row)) yield this.#stamped(update(told));
        this.#hasBeenAway = false;
        // Sends a heartbeat at once, so that the watcher knows that it missed nothing.
        this.#heartbeatAtMs = performance.now();
        continue;
      }
      const [progress, waits] = [feed.progressAfter(this.#ticks), feed.waitsAfter(this.#ticks)];
      this.#ticks = feed.ticks;
      for (const told of [...progress, ...waits]) {
        if (ended.aborted) return;
        if (feed.isNewest(told) && this.#view.includesUpdate(told.row)) yield this.#stamped(update(told));
      }
      if (this.#isHeartbeatDue(feed.isAway)) yield this.#heartbeat(feed.isAway);
      const place = { revision: this.#revision, identity: this.#identity, ...this.#ticks };
      await feed.wait(place, this.#heartbeatAtMs - performance.now(), ended);
    }
  }

  /** Waits a moment, since the database is away, and yields a heartbeat that says so if one is due. */
  async *waitOut(): AsyncGenerator<Response> {
    if (this.#isHeartbeatDue(true)) yield this.#heartbeat(true);
    await pause(absenceMs, undefined, { signal: this.#ended }).catch(() => undefined);
  }

  async *#tell(changes: readonly LoggedChange[]): AsyncGenerator<Response> {
    for (const { task, id, chatId, superseded, revision: reached } of changes) {
      if (this.#ended.aborted) return;
      this.#revision = reached;
      if (task === undefined) {
        if (isInScope(this.#filter.scope, chatId)) yield this.#stamped({ case: "deletedId", value: id });
      } else if (!superseded && this.#view.includes(task.row, reached <= this.#presentRevision))
        yield this.#stamped({ case: "changed", value: task.message });
    }
  }

  /**
   * Sends a snapshot; what does not fit into one message follows as changes. Messages have no revision until all of it is
   * sent, so that a client that breaks off before gets a snapshot again.
   */
  async *#snapshot(): AsyncGenerator<Response> {
    const { feed } = this.#context;
    const [revision, identity] = [feed.revision, feed.identity];
    this.#revision = undefined;
    this.#hasBeenAway = false;
    let isFirst = true;
    for await (const { rows, tasks, last } of snapshotPages(this.#context, this.#filter)) {
      for (const row of rows) this.#view.remember(row);
      // Only now, since a read that fails before begins the snapshot anew.
      if (last) [this.#revision, this.#identity] = [revision, identity];
      if (isFirst) yield this.#stamped({ case: "snapshot", value: { tasks } });
      else {
        for (const task of tasks) yield { ...this.#stamped({ case: "changed", value: task }), revision: "" };
        if (last) yield this.#heartbeat(false);
      }
      isFirst = false;
    }
  }

  /** The beginning and the end of an absence are told at once. */
  #isHeartbeatDue(databaseAway: boolean): boolean {
    return databaseAway !== this.#saidAway || performance.now() >= this.#heartbeatAtMs;
  }

  #heartbeat(databaseAway: boolean): Response {
    this.#saidAway = databaseAway;
    const time = timestampFromMs(this.#context.now());
    return this.#stamped({ case: "heartbeat", value: { time, databaseAway } });
  }

  #stamped(event: NonNullable<Response["event"]>): Response {
    this.#heartbeatAtMs = performance.now() + heartbeatIntervalMs;
    const revision =
      this.#revision === undefined ? "" : writeRevisionToken(this.#context.seal, this.#revision, this.#identity);
    return { revision, event };
  }
}

function update(told: ProgressUpdate | Omit<WaitUpdate, "tick">): NonNullable<Response["event"]> {
  const taskId = told.row.id;
  return "live" in told
    ? { case: "progress", value: { taskId, progress: told.message } }
    : { case: "wait", value: { taskId, wait: told.message } };
}
