import { hourMs } from "@dwld/timing";
import { allHosts } from "../hosts/host.ts";
import { HostWatch, noteSilence } from "../hosts/host-watch.ts";
import type { Database } from "../store/database.ts";
import type { ProcessRow } from "../store/schema-of-hosts.ts";
import { ConfirmedTime } from "./confirmed-time.ts";
import { forgetHost, restartTasksOf } from "./forget-host.ts";
import { hostTrouble, limitsTrouble } from "./host-troubles.ts";
import { heartbeatIntervalMs, leaseMs, listProcesses, type RegisteredProcess } from "./process-registry.ts";

type Watched = {
  readonly database: Database;
  readonly registered: Pick<RegisteredProcess, "host" | "processId" | "setTrouble">;
  /** The silence after which a host counts as gone for good, ms; 0: it never does. Read at each look. */
  readonly lostAfterMs: number;
  readonly onForgotten: (host: string, restarted: number) => void;
  readonly now?: () => number;
};

/**
 * Watches the other hosts, as each process does: measures their silence, declares those gone that are silent for too long,
 * goes on with what another began for a host that was declared gone, and tells of hosts that do not go together.
 */
export class HostObserver {
  readonly #watched: Watched;
  readonly #time: ConfirmedTime;
  readonly #watch: HostWatch;
  /** The first heartbeat that was seen of each process: one that has counted further lives. */
  #first = new Map<string, number>();

  constructor(watched: Watched, timing = { heartbeatIntervalMs, leaseMs }) {
    this.#watched = watched;
    this.#time = new ConfirmedTime(timing.heartbeatIntervalMs);
    this.#watch = new HostWatch(watched.registered.host.name, timing.leaseMs, () => watched.lostAfterMs);
  }

  /** Looks once, at a time of the monotonic clock. */
  async look(monotonicMs: number): Promise<void> {
    const { database, registered, lostAfterMs, onForgotten, now = Date.now } = this.#watched;
    const processes = await listProcesses(database);
    const own = processes.find(({ id }) => id === registered.processId);
    const passedMs = this.#time.passedUntil(own, monotonicMs);
    const hosts = await allHosts(database);
    const expected = hosts.filter(({ forgotten_at }) => forgotten_at === null);
    for (const silence of this.#watch.observe(expected, passedMs)) await noteSilence(database, silence);
    for (const { name, silent_ms } of lostAfterMs === 0 ? [] : expected)
      if (silent_ms >= lostAfterMs) {
        const forgotten = await forgetHost(database, name, now(), lostAfterMs);
        if (typeof forgotten === "object") onForgotten(name, forgotten.restarted);
      }
    for (const { name, forgotten_at, waiting_tasks } of hosts)
      if (forgotten_at !== null && waiting_tasks > 0) await restartTasksOf(database, name, now());
    if (own === undefined) return;
    const living = this.#living(processes);
    registered.setTrouble("hosts", hostTrouble(own, living, expected));
    registered.setTrouble("site_limits", limitsTrouble(own, living));
  }

  #living(processes: readonly ProcessRow[]): ProcessRow[] {
    const before = this.#first;
    this.#first = new Map(processes.map(({ id, heartbeat }) => [id, before.get(id) ?? heartbeat]));
    return processes.filter(({ id, heartbeat }) => heartbeat > (before.get(id) ?? Infinity));
  }
}

/** Lets a process observe the other hosts until it is closed. */
export function watchHosts({
  lostAfterHours,
  logger,
  onError,
  ...watched
}: Pick<Watched, "database" | "registered"> & {
  /** Returns `hosts.lostAfterHours` as of now; 0: never. */
  lostAfterHours: () => number;
  logger: { warn: (facts: object, message: string) => void };
  onError: (error: unknown) => void;
}): { close: () => Promise<void> } {
  const onForgotten = (host: string, restarted: number) => {
    logger.warn({ host, restarted }, "a host was silent for too long, and counts as gone");
  };
  const observer = new HostObserver({
    ...watched,
    get lostAfterMs() {
      return lostAfterHours() * hourMs;
    },
    onForgotten,
  });
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= observer
      // Taken before the query, since a late answer describes the time of its question.
      .look(performance.now())
      .catch(onError)
      .finally(() => {
        looking = undefined;
      });
  }, heartbeatIntervalMs);
  return {
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
