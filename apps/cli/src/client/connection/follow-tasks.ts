import type { MessageInitShape } from "@bufbuild/protobuf";
import type { TaskFilterSchema, WatchTasksResponse } from "@dwld/rpc";
import { backoffMs } from "@dwld/timing";
import { classifyFailure, SilentServerError, StreamEndedError } from "./call-failure.ts";
import type { DownloadClient } from "./client.ts";
import type { Clock } from "./clock.ts";
import { callBackoff } from "./repeat-call.ts";

/** The server promises a heartbeat every 5 s. */
const defaultSilenceMs = 15_000;

export type FollowOptions = {
  signal: AbortSignal;
  clock: Clock;
  /** False if this server has not answered yet: then one that cannot be reached is an error at once. */
  reached: boolean;
  /** How long a server that has answered before may stay away, ms. */
  retryMs: number;
  silenceMs?: number;
};

/** A message; or the connection was lost and is tried again; or it is back. */
export type Followed =
  | { kind: "message"; message: WatchTasksResponse }
  | { kind: "lost"; error: unknown }
  | { kind: "back" };

/**
 * Follows tasks by WatchTasks for as long as it is read, over lost connections and restarts of the server: it resumes from
 * the last revision, so no change is missed.
 * @throws ConnectError if the server refuses, or stays away for too long.
 */
export async function* followTasks(
  client: DownloadClient,
  filter: MessageInitShape<typeof TaskFilterSchema>,
  options: FollowOptions,
): AsyncGenerator<Followed, void, undefined> {
  const { signal, clock, retryMs, silenceMs = defaultSilenceMs } = options;
  let { reached } = options;
  let sinceRevision = "";
  let failures = 0;
  let lostAtMs: number | undefined;
  for (;;) {
    let error: unknown = new StreamEndedError();
    try {
      for await (const message of hear(client, { filter, sinceRevision }, signal, silenceMs)) {
        if (lostAtMs !== undefined) yield { kind: "back" };
        lostAtMs = undefined;
        reached = true;
        if (message.event.case === "heartbeat") failures = 0;
        if (message.revision !== "") sinceRevision = message.revision;
        yield { kind: "message", message };
      }
    } catch (thrown) {
      error = thrown;
    }
    signal.throwIfAborted();
    const kind = classifyFailure(error);
    if (kind === "answered" || kind === "foreign" || !reached) throw error;
    const wasLost = lostAtMs !== undefined;
    lostAtMs ??= clock.monotonicMs();
    if (clock.monotonicMs() - lostAtMs >= retryMs) throw error;
    if (!wasLost) yield { kind: "lost", error };
    failures += 1;
    await clock.sleep(backoffMs(callBackoff, failures, clock.random()), signal);
  }
}

/** Yields the messages of one stream until it ends; the connection is closed in any case. */
async function* hear(
  client: DownloadClient,
  request: Parameters<DownloadClient["watchTasks"]>[0],
  signal: AbortSignal,
  silenceMs: number,
): AsyncGenerator<WatchTasksResponse, void, undefined> {
  const silence = new AbortController();
  const hangUp = new AbortController();
  const stream = client.watchTasks(request, {
    signal: AbortSignal.any([signal, silence.signal, hangUp.signal]),
    timeoutMs: 0,
  });
  const messages = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const timer = setTimeout(() => silence.abort(), silenceMs);
      const next = await messages.next().finally(() => clearTimeout(timer));
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    throw silence.signal.aborted ? new SilentServerError(silenceMs) : error;
  } finally {
    hangUp.abort();
  }
}
