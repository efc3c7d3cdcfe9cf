import { Code, ConnectError } from "@connectrpc/connect";
import type { WatchTasksResponse } from "@dwld/rpc";
import { pauseMs } from "./backoff.ts";
import { Gather } from "./gather.ts";
import { type Link, LinkTeller } from "./link.ts";
import type { Change, Presence } from "./presence.ts";
import { type Clocks, Watchdog } from "./watchdog.ts";

/** The person who looks now, compared with the one of before. */
export type Who = "same" | "another" | "nobody";

export type Ports = {
  readonly presence: Presence;
  readonly clocks: Clocks & { readonly serverTime: () => Date };
  readonly random: () => number;
  readonly identify: (ending: AbortSignal) => Promise<Who>;
  /** Opens the stream of changes. @param heard to be called for each piece of it */
  readonly watch: (
    sinceRevision: string,
    { ending, heard }: { ending: AbortSignal; heard: () => void },
  ) => AsyncIterable<WatchTasksResponse>;
  readonly apply: (events: readonly WatchTasksResponse[]) => void;
  /** Somebody else looks now. */
  readonly forget: () => void;
  readonly tellLink: (link: Link) => void;
};

/** The end of one try to stay connected. */
type End =
  | { readonly how: "hidden" | "woken" | "another" | "nobody" | "renewed" }
  | { readonly how: "failed"; readonly failure: unknown };

/**
 * Watches the tasks while the page is shown, again and again, and finds out each time who looks. Resolves when the signal
 * aborts, or when the server asks for a token.
 */
export async function keepConnected(ports: Ports, ending: AbortSignal): Promise<void> {
  const link = new LinkTeller(ports.tellLink);
  const events = new Gather(ports.apply);
  const place = { revision: "" };
  let failures = 0;
  link.opening({ isNew: true });
  while (!ending.aborted) {
    if (!ports.presence.isShown()) {
      await change(ports.presence, ["shown"], { ending });
      link.opening({ isNew: true });
      continue;
    }
    const end = await tryOnce(ports, { link, events, place, succeeded: () => (failures = 0) }, ending);
    events.flush();
    if (end.how === "nobody") break;
    if (end.how === "another") {
      ports.forget();
      place.revision = "";
    } else if (end.how === "failed") {
      failures += 1;
      link.lost(end.failure);
      const forMs = pauseMs(failures, end.failure, ports.random());
      await change(ports.presence, ["shown", "network"], { ending, forMs });
    } else if (ports.presence.isShown()) link.opening({ isNew: end.how === "hidden" });
  }
  link.stop();
}

type Going = {
  readonly link: LinkTeller;
  readonly events: Gather<WatchTasksResponse>;
  readonly place: { revision: string };
  readonly succeeded: () => void;
};

async function tryOnce(ports: Ports, { link, events, place, succeeded }: Going, ending: AbortSignal): Promise<End> {
  const over = new AbortController();
  const stop = (end: End): void => {
    over.abort(end);
  };
  const signal = AbortSignal.any([ending, over.signal]);
  const watchdog = new Watchdog(ports.clocks, (hasSlept) => {
    stop(hasSlept ? { how: "woken" } : { how: "failed", failure: undefined });
  });
  const unlisten = ports.presence.listen((seen) => {
    stop({ how: seen === "hidden" ? "hidden" : "woken" });
  });
  let hasHeard = false;
  const identified = ports.identify(signal).then(
    (who) => {
      if (who !== "same") stop({ how: who });
    },
    (failure: unknown) => {
      stop({ how: "failed", failure });
    },
  );
  try {
    const heard = (): void => {
      watchdog.heard();
      link.hearing();
    };
    const stream = ports.watch(place.revision, { ending: signal, heard });
    for await (const event of stream) {
      if (signal.aborted) break;
      hasHeard = true;
      succeeded();
      events.add(event);
      if (event.revision !== "") place.revision = event.revision;
      link.heard(ports.clocks.serverTime());
    }
    return endOf(over.signal) ?? { how: "failed", failure: undefined };
  } catch (failure) {
    const isRefused = ConnectError.from(failure).code === Code.Unauthenticated;
    // The session of the stream is over. It may have been renewed, which the next try finds out; without a session, the
    // answer to who looks says so.
    if (isRefused && hasHeard) return endOf(over.signal) ?? { how: "renewed" };
    if (isRefused) await identified;
    return endOf(over.signal) ?? { how: "failed", failure };
  } finally {
    watchdog.stop();
    unlisten();
    // The stream and the question who looks may be under way still; nobody needs them now.
    over.abort();
  }
}

function endOf({ aborted, reason }: AbortSignal): End | undefined {
  return aborted ? (reason as End) : undefined;
}

/** Resolves at one of these changes, after a time, or when the signal aborts. */
function change(
  { listen }: Presence,
  awaited: readonly Change[],
  { ending, forMs }: { ending: AbortSignal; forMs?: number },
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = forMs === undefined ? undefined : setTimeout(resolve, forMs);
  const unlisten = listen((seen) => {
    if (awaited.includes(seen)) resolve();
  });
  const done = (): void => {
    resolve();
  };
  ending.addEventListener("abort", done);
  if (ending.aborted) done();
  return promise.finally(() => {
    clearTimeout(timer);
    unlisten();
    ending.removeEventListener("abort", done);
  });
}
