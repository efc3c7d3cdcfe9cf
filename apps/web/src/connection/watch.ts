import { signal } from "@preact/signals";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import type { WatchTasksResponse } from "@dwld/rpc";
import { tellServerTime } from "./clock.ts";
import { identity } from "./identity.ts";
import { downloads } from "./transport.ts";

/** A server that says nothing for this long is taken for lost; it sends a heartbeat every 5 s. */
const silenceMs = 12_000;
const firstPauseMs = 500;
const longestPauseMs = 10_000;

/** Whether the page hears the server, and the time as of which it shows. */
export const link = signal<{ state: "connecting" | "live" | "lost"; asOf: Date | undefined }>({
  state: "connecting",
  asOf: undefined,
});

/** Watches the tasks while the page is shown, again and again, until the signal aborts. */
export async function watchTasks(apply: (event: WatchTasksResponse) => void, ending: AbortSignal): Promise<void> {
  let revision = "";
  let pauseMs = firstPauseMs;
  while (!ending.aborted) {
    if (document.hidden) await shown(ending);
    const hiding = new AbortController();
    const hide = (): void => {
      if (document.hidden) hiding.abort();
    };
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const heard = (): void => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => hiding.abort(), silenceMs);
    };
    document.addEventListener("visibilitychange", hide);
    try {
      heard();
      const stream = downloads.watchTasks(
        { sinceRevision: revision },
        { signal: AbortSignal.any([ending, hiding.signal]) },
      );
      for await (const event of stream) {
        heard();
        pauseMs = firstPauseMs;
        if (event.revision !== "") ({ revision } = event);
        apply(event);
        if (event.event.case === "heartbeat" && event.event.value.time !== undefined)
          tellServerTime(timestampDate(event.event.value.time));
        link.value = { state: "live", asOf: new Date() };
      }
    } catch (error) {
      if (ConnectError.from(error).code === Code.Unauthenticated) {
        identity.value = "nobody";
        return;
      }
    } finally {
      clearTimeout(watchdog);
      document.removeEventListener("visibilitychange", hide);
    }
    if (document.hidden || ending.aborted) continue;
    link.value = { state: "lost", asOf: link.peek().asOf };
    await pause(pauseMs, ending);
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  }
}

async function shown(ending: AbortSignal): Promise<void> {
  await happens(document, "visibilitychange", ending);
}

async function pause(ms: number, ending: AbortSignal): Promise<void> {
  await happens(globalThis, "online", AbortSignal.any([ending, AbortSignal.timeout(ms)]));
}

/** Resolves at an event, or when the signal aborts. */
function happens(target: EventTarget, name: string, ending: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      target.removeEventListener(name, done);
      ending.removeEventListener("abort", done);
      resolve();
    };
    target.addEventListener(name, done);
    ending.addEventListener("abort", done);
    if (ending.aborted) done();
  });
}
