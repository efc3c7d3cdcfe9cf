import { computed, effect, signal } from "@preact/signals";
import type { GetStatusResponse, Site, WatchTasksResponse } from "@dwld/rpc";
import { dayMs } from "@dwld/timing";
import { identity, seesMachine } from "./identity.ts";
import { downloads } from "./transport.ts";
import { concernsHouse } from "./concerns-house.ts";
import { keepFresh } from "./keep-fresh.ts";

/** The answer that the whole page shares: the house, and the counts of the list. It stays while the server is away. */
export const status = signal<GetStatusResponse | undefined>(undefined);
/** Whether the server was asked last in vain. */
export const hasFailed = signal(false);
/** The sites, which are asked for while the details are shown, and while a site is paused. */
export const sites = signal<readonly Site[]>([]);
/** Whether the details are shown. */
export const isOpen = signal(false);

async function ask(): Promise<void> {
  try {
    status.value = await downloads.getStatus({});
    hasFailed.value = false;
    const needsSites = isOpen.value || status.value.pausedSites.length > 0;
    if (seesMachine.value && needsSites) sites.value = (await downloads.listSites({})).sites;
  } catch {
    hasFailed.value = true;
    // The notice about the connection says that the server does not answer, and a session that ended shows the login.
  }
}

let tell = (): void => undefined;

/** Asks again soon, since something changed. */
export function askSoon(): void {
  tell();
}

export function tellHouse(events: readonly WatchTasksResponse[]): void {
  if (events.some((event) => concernsHouse(event))) tell();
}

/** Forgets what was told to somebody else. */
export function forgetHouse(): void {
  status.value = undefined;
  hasFailed.value = false;
  sites.value = [];
  tell();
}

const isKnown = computed(() => typeof identity.value === "object");

/** Keeps the state of the house fresh while the page is shown. A caller that does not see the machine is told versions, once. */
export function keepHouse(): () => void {
  return effect(() => {
    if (!isKnown.value) return undefined;
    const ending = new AbortController();
    const everyMs = seesMachine.value ? 15_000 : dayMs;
    tell = keepFresh(ask, { everyMs, leastMs: 3000 }, ending.signal);
    return () => ending.abort();
  });
}
