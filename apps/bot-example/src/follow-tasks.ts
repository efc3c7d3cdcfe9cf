import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "@connectrpc/connect";
import type { DownloadService, WatchTasksResponse } from "@dwld/rpc";
import { backoffMs } from "@dwld/timing";

export type TaskEvent = WatchTasksResponse["event"];

/** A downloader sends a heartbeat at least every 5 s. */
const silenceMs = 15_000;
const backoff = { firstMs: 250, longestMs: 5000, jitter: 1 };

/**
 * Follows the tasks of one downloader until `signal` is aborted, over broken connections and restarts on either side of
 * it: with the revision that was handled last, it misses no end of a task. A bot that keeps that revision on its disk
 * misses none over its own restarts either.
 */
export async function followTasks(
  client: Client<typeof DownloadService>,
  signal: AbortSignal,
  onEvent: (event: TaskEvent) => void,
): Promise<void> {
  let sinceRevision = "";
  for (let failures = 0; !signal.aborted; failures += 1) {
    const silence = new AbortController();
    const timer = setTimeout(() => {
      silence.abort();
    }, silenceMs);
    try {
      const stream = client.watchTasks({ sinceRevision }, { signal: AbortSignal.any([signal, silence.signal]) });
      for await (const { event, revision } of stream) {
        timer.refresh();
        failures = 0;
        onEvent(event);
        if (revision !== "") sinceRevision = revision;
      }
    } catch {
      // It is away, or shuts down: whether for long is the registry's to say.
    } finally {
      clearTimeout(timer);
    }
    await pause(backoffMs(backoff, failures + 1, Math.random()), undefined, { signal }).catch(() => undefined);
  }
}
