import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { databaseIdentity, type TaskFilter, isInScope, type Scope } from "@dwld/queue";
import type { WatchTasksRequest, WatchTasksResponseSchema } from "@dwld/rpc";
import type { MessageSources } from "../messages/task-messages.ts";
import { ShuttingDownError } from "../rules/errors.ts";
import { checkRequest, watchTasksRules } from "../rules/request-rules.ts";
import { FilteredView } from "../watch/filtered-view.ts";
import type { ProgressUpdate } from "../watch/progress-poll.ts";
import { readRevisionToken, writeRevisionToken } from "../watch/revision-token.ts";
import { snapshotPages } from "../watch/snapshot.ts";
import type { WaitUpdate } from "../watch/wait-poll.ts";
import type { ServiceContext } from "./context.ts";

export type WatchContext = MessageSources & Pick<ServiceContext, "feed" | "now" | "seal" | "stopping">;

type Response = MessageInitShape<typeof WatchTasksResponseSchema>;

/** Less than the 5 s that the contract promises. */
const heartbeatIntervalMs = 4000;

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

async function* follow(
  context: WatchContext,
  { filter, sinceRevision }: { filter: TaskFilter; sinceRevision: string },
  ended: AbortSignal,
): AsyncGenerator<Response> {
  const { database, feed, now, seal } = context;
  const identity = await databaseIdentity(database);
  const view = new FilteredView(filter);
  let revision = readRevisionToken(seal, sinceRevision, identity);
  const presentRevision = revision === undefined ? 0 : feed.revision;
  let hasBeenAway = revision !== undefined;
  let ticks = feed.ticks;
  let heartbeatAtMs = performance.now();
  const stamped = (event: NonNullable<Response["event"]>): Response => {
    heartbeatAtMs = performance.now() + heartbeatIntervalMs;
    return { revision: writeRevisionToken(seal, revision ?? 0, identity), event };
  };

  while (!ended.aborted) {
    const known = feed.revision;
    const changes = revision === undefined ? undefined : await feed.changesAfter(revision);
    if (changes === undefined) {
      revision = feed.revision;
      hasBeenAway = false;
      yield* sendSnapshot(context, filter, view, stamped);
      continue;
    }
    for (const { task, id, chatId, superseded, revision: reached } of changes) {
      if (ended.aborted) return;
      revision = reached;
      if (task === undefined) {
        if (isInScope(filter.scope, chatId)) yield stamped({ case: "deletedId", value: id });
      } else if (!superseded && view.includes(task.row, reached <= presentRevision))
        yield stamped({ case: "changed", value: task.message });
    }
    if (changes.length > 0) continue;
    revision = Math.max(revision ?? 0, known);
    if (hasBeenAway) {
      // A reason to wait changes without its row, so the log has an old one; a progress may stand still for long.
      hasBeenAway = false;
      for (const told of [...(await feed.presentWaits()), ...feed.progressAfter({ ...ticks, progress: 0 })])
        if (view.includesUpdate(told.row)) yield stamped(update(told));
      // Sends a heartbeat at once, so that the watcher knows that it missed nothing.
      heartbeatAtMs = performance.now();
      continue;
    }

    const [progress, waits] = [feed.progressAfter(ticks), feed.waitsAfter(ticks)];
    ticks = feed.ticks;
    for (const told of [...progress, ...waits]) {
      if (ended.aborted) return;
      if (feed.isNewest(told) && view.includesUpdate(told.row)) yield stamped(update(told));
    }
    if (performance.now() >= heartbeatAtMs)
      yield stamped({ case: "heartbeat", value: { time: timestampFromMs(now()) } });
    await feed.wait({ revision, ...ticks }, heartbeatAtMs - performance.now(), ended);
  }
}

function update(told: ProgressUpdate | Omit<WaitUpdate, "tick">): NonNullable<Response["event"]> {
  const taskId = told.row.id;
  return "live" in told
    ? { case: "progress", value: { taskId, progress: told.message } }
    : { case: "wait", value: { taskId, wait: told.message } };
}

/**
 * Sends a snapshot; what does not fit into one message follows as changes. Messages have no revision until all of it is
 * sent, so that a client that breaks off before gets a snapshot again.
 */
async function* sendSnapshot(
  context: WatchContext,
  filter: TaskFilter,
  view: FilteredView,
  stamped: (event: NonNullable<Response["event"]>) => Response,
): AsyncGenerator<Response> {
  let first = true;
  for await (const { rows, tasks, last } of snapshotPages(context, filter)) {
    for (const row of rows) view.remember(row);
    if (first) {
      const message = stamped({ case: "snapshot", value: { tasks } });
      yield last ? message : { ...message, revision: "" };
    } else {
      for (const task of tasks) yield { ...stamped({ case: "changed", value: task }), revision: "" };
    }
    if (last && !first) yield stamped({ case: "heartbeat", value: { time: timestampFromMs(context.now()) } });
    first = false;
  }
}
