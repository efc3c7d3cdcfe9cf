import { computed, effect, signal, untracked } from "@preact/signals";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { WatchTasksResponse } from "@dwld/rpc";
import { serverTime, tellServerTime } from "./clock.ts";
import { askIdentity, identity } from "./identity.ts";
import { keepConnected, type Ports } from "./keep-connected.ts";
import type { Link } from "./link.ts";
import { tabPresence } from "./presence.ts";
import { hearing } from "./transport.ts";

/** Whether the page hears the server, and the time as of which it shows. */
export const link = signal<Link>({ state: "opening", asOf: undefined, failure: undefined });

/** Watches the tasks while somebody may see them. If the server asks for a token, all is forgotten. */
export function watchTasks({ apply, forget }: Pick<Ports, "apply" | "forget">): void {
  const ports: Ports = {
    presence: tabPresence(),
    clocks: { wallMs: Date.now, steadyMs: () => performance.now(), serverTime },
    random: Math.random,
    identify: askIdentity,
    watch,
    apply,
    forget,
    tellLink: (told) => (link.value = told),
  };
  const isNobody = computed(() => identity.value === "nobody");
  effect(() => {
    if (!isNobody.value) {
      const ending = new AbortController();
      untracked(() => void keepConnected(ports, ending.signal));
      return () => ending.abort();
    }
    untracked(forget);
    // Somebody may have logged in in another tab. An error loses nothing: the login stays, and asks the server itself.
    return ports.presence.listen((change) => {
      if (change === "shown") askIdentity().catch(() => undefined);
    });
  });
}

async function* watch(
  sinceRevision: string,
  { ending, heard }: Parameters<Ports["watch"]>[1],
): AsyncGenerator<WatchTasksResponse> {
  for await (const response of hearing(heard).watchTasks({ sinceRevision }, { signal: ending })) {
    const { event } = response;
    if (event.case === "heartbeat" && event.value.time !== undefined)
      tellServerTime(timestampDate(event.value.time), "heartbeat");
    yield response;
  }
}
