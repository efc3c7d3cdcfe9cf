import type { MessageInitShape } from "@bufbuild/protobuf";
import type { TaskFilterSchema, WatchTasksResponse } from "@dwld/rpc";
import { backoffMs } from "@dwld/timing";
import { judgeFailure, SilentServerError, StreamEndedError } from "./call-failure.ts";
import type { DownloadClient } from "./client.ts";
import type { Clock } from "./clock.ts";
import { callBackoff } from "./repeat-call.ts";

/** The server promises a heartbeat every 5 s. */
const defaultSilenceMs = 15_000;

export type FollowOptions = {
  signal: AbortSignal;
  clock: Clock;
  /** False where nothing was heard of this server yet: one that cannot be reached then is an error at once. */
  met: boolean;
  /** How long a server that is away is waited for, once it was met. */
  retryMs: number;
  silenceMs?: number;
};

/** What a follower hears: a message, that the connection is lost (and tried again), that it is back. */
export type Followed =
  | { kind: "message"; message: WatchTasksResponse }
  | { kind: "lost"; error: unknown }
  | { kind: "back" };

/**
 * Follows tasks by WatchTasks for as long as it is read, over breaks of the connection and restarts of the server:
 * it comes back with the revision that it heard last, so no change is missed.
 * @throws ConnectError where the server says no, or stays away for too long.
 */
export async function* followTasks(
  client: DownloadClient,
  filter: MessageInitShape<typeof TaskFilterSchema>,
  options: FollowOptions,
): AsyncGenerator<Followed, void, undefined> {
  const { signal, clock, retryMs, silenceMs = defaultSilenceMs } = options;
  let { met } = options;
  let sinceRevision = "";
  let failures = 0;
  let lostAtMs: number | undefined;
  for (;;) {
    let error: unknown = new StreamEndedError();
    try {
      for await (const message of hear(client, { filter, sinceRevision }, signal, silenceMs)) {
        if (lostAtMs !== undefined) yield { kind: "back" };
        lostAtMs = undefined;
        met = true;
        if (message.event.case === "heartbeat") failures = 0;
        if (message.revision !== "") sinceRevision = message.revision;
        yield { kind: "message", message };
      }
    } catch (thrown) {
      error = thrown;
    }
    signal.throwIfAborted();
    const kind = judgeFailure(error);
    if (kind === "answered" || kind === "foreign" || !met) throw error;
    const wasLost = lostAtMs !== undefined;
    lostAtMs ??= clock.monotonicMs();
    if (clock.monotonicMs() - lostAtMs >= retryMs) throw error;
    if (!wasLost) yield { kind: "lost", error };
    failures += 1;
    await clock.sleep(backoffMs(callBackoff, failures, clock.random()), signal);
  }
}

/** One stream, until it ends; the connection is closed in every case. */
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
