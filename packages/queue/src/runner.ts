import { setTimeout as pause } from "node:timers/promises";
import { type ClaimKind, claimTask, type Lease, nextDueTime, siteWaits } from "./lease/claim-task.ts";
import { beginWaitsAnew, ClockWatch } from "./lease/clock-jump.ts";
import { type Database, query } from "./table/database.ts";
import { Doorbell } from "./lease/doorbell.ts";
import { expireLeases, type LeaseTiming, LeaseWatch } from "./lease/expire-lease.ts";
import { beatIntervalMs, leaseMs, type Presence } from "./lease/presence.ts";
import { settleDelivery } from "./delivery/settle-delivery.ts";
import { settleDownload } from "./download/settle-download.ts";
import { heldState } from "./lease/held-task.ts";
import { isGivenBack, releaseLease, type Settled } from "./lease/leave-task.ts";
import { freePlace, type RunPace } from "./places.ts";
import { settleBroken } from "./settle-broken.ts";
import type { TaskRow } from "./table/schema.ts";
import type { AttemptBounds } from "./task/attempt-bounds.ts";

/** Why work in hand has to end: the `reason` of its signal. */
export type StopReason = "canceled" | "lost" | "shutdown";
/** As well: a slow download makes room for that of a site with nothing in work. It is to be put off for a while. */
export type DownloadStopReason = StopReason | "yield";

export type Work = {
  readonly lease: Lease;
  /** Aborted with a `StopReason`; aborted already where a process that ends still got a task. */
  readonly signal: AbortSignal;
};

export type DownloadWork = Work & {
  /** Aborted when somebody wants what was recorded so far, and no more: see `finishRecording`. */
  readonly finish: AbortSignal;
  /** Says how it gets on: beside a slow one, a site with nothing in work need not wait for a place (`spare`). */
  readonly markPace: (pace: RunPace) => void;
};

export type RunnerOptions = {
  database: Database;
  presence: Presence;
  kind: ClaimKind;
  /** At most so many tasks at once, beside slow ones. */
  parallel: number;
  /** The number of places beside slow runs, for sites that have nothing in work. Default: 0. */
  spare?: number;
  /** For sites without a limit of their own. */
  defaultSiteParallel: number;
  /**
   * Settles or releases the lease. An error of it is a defect, as is a lease that is still held at the end: it is
   * reported, and is an attempt of the task that failed.
   */
  handle: (work: DownloadWork) => Promise<void>;
  /** Asked before each claim. After a no, nothing is claimed before the next ring or `wake`. */
  mayClaim?: () => Promise<boolean>;
  /** The bounds of a task's attempts of this kind. */
  boundsOf: (task: TaskRow) => AttemptBounds;
  /** @param task whose handler broke; absent: it is no task's matter. */
  onError: (error: unknown, task?: TaskRow) => void;
  now?: () => number;
  timing?: LeaseTiming;
};

export type Runner = {
  /** Looks for work now. */
  wake(): void;
  /** While a reason is given, nothing new is claimed. */
  pause(reason: string | undefined): void;
  /**
   * Takes no new work, and resolves when what runs has ended, by itself or after `killing`. May be called again, with
   * another `killing` beside the first.
   */
  stop(killing: AbortSignal): Promise<void>;
};

/** No timer is longer, so that a jump of the clock is noticed. */
const longestSleepMs = 60_000;

/** After an error of the database, it is asked again so soon. */
const troubleSleepMs = 1000;

/** Claims tasks and hands them out, at most `parallel` at once. It knows the queue's verbs and nothing of the work. */
export function startRunner(options: RunnerOptions): Runner {
  const { database, presence, kind, boundsOf, defaultSiteParallel, onError } = options;
  const now = options.now ?? Date.now;
  const timing = options.timing ?? { beatIntervalMs, leaseMs };
  const running = new Map<Lease, { controller: AbortController; finishing: AbortController; done: Promise<void> }>();
  /** The slow ones, the longest first. */
  const slow = new Map<Lease, RunPace>();
  const leases = new LeaseWatch(timing);
  const doorbell = new Doorbell();
  const stopping = new AbortController();
  const killed = new AbortController();
  let pausedBy: string | undefined;
  let refused = false;

  const interrupt = (lease: Lease) =>
    (kind === "download" ? settleDownload : settleDelivery)(database, lease, { outcome: "interrupted" }, now());

  const place = () => {
    const { parallel, spare = 0 } = options;
    return freePlace({ running: running.size, slow: slow.size, parallel, spare });
  };

  const takeOn = (lease: Lease) => {
    const controller = new AbortController();
    const finishing = new AbortController();
    // Asked for while an earlier owner had it.
    if (lease.task.finish_asked === 1) finishing.abort();
    if (killed.signal.aborted) controller.abort("shutdown" satisfies StopReason);
    const markPace = (pace: RunPace) => {
      if (!running.has(lease)) return;
      if (pace === "steady") slow.delete(lease);
      else slow.set(lease, pace);
      doorbell.ring();
    };
    const done = Promise.try(options.handle, { lease, signal: controller.signal, finish: finishing.signal, markPace })
      .then(() => {
        const state = heldState(database, lease.token);
        if (state === undefined) return;
        // Work that was told to end, or finds its task canceled, may leave it to us.
        if (!controller.signal.aborted && state !== "CANCELED")
          throw new Error(`task ${lease.task.id} was handled and not settled`);
        return giveBack(options, lease, () => interrupt(lease), stopping.signal);
      })
      .catch((error: unknown) => {
        onError(error, lease.task);
        return giveBack(
          options,
          lease,
          () => settleBroken(database, kind, { lease, error, boundsOf }, now()),
          stopping.signal,
        );
      })
      .finally(() => {
        running.delete(lease);
        slow.delete(lease);
        doorbell.ring();
      });
    running.set(lease, { controller, finishing, done });
  };

  const endLostWork = () => {
    if (running.size === 0) return;
    const held = new Map(
      database
        .all(
          query
            .selectFrom("tasks")
            .select(["owner", "state", "finish_asked"])
            .where("process_id", "=", presence.processId),
        )
        .map(({ owner, ...task }) => [owner, task]),
    );
    for (const [lease, { controller, finishing }] of running) {
      const { state, finish_asked } = held.get(lease.token) ?? {};
      if (finish_asked === 1) finishing.abort();
      if (state === "CANCELED") controller.abort("canceled" satisfies StopReason);
      else if (state === undefined && !isGivenBack(lease)) controller.abort("lost" satisfies StopReason);
    }
  };

  /** The run that has been slow for longest makes room for the link of a site with nothing in work. */
  const letOneYield = () => {
    const isYielding = [...running.values()].some(({ controller }) => controller.signal.reason === "yield");
    if (isYielding || !siteWaits(database, { defaultSiteParallel, idleSitesOnly: true, now: now() })) return;
    const [longest] = [...slow].flatMap(([lease, pace]) => (pace === "slow" ? [lease] : []));
    if (longest !== undefined) running.get(longest)?.controller.abort("yield" satisfies DownloadStopReason);
  };

  const claimAll = async () => {
    while (!stopping.signal.aborted && pausedBy === undefined) {
      const whose = place();
      if (whose === "if_one_yields") letOneYield();
      if (whose !== "any" && whose !== "idle_site") return;
      const { processId } = presence;
      // Not entered yet: its leases would be nobody's.
      if (processId === "") return;
      refused = options.mayClaim !== undefined && !(await options.mayClaim());
      if (refused) return;
      const idleSitesOnly = whose === "idle_site";
      const lease = await claimTask(database, kind, { processId, defaultSiteParallel, idleSitesOnly }, now());
      if (lease === undefined) return;
      takeOn(lease);
    }
  };

  /** How long nothing can be to do but by a ring. */
  const work = async (): Promise<number> => {
    try {
      endLostWork();
      await claimAll();
      // Without a free place, what becomes due changes nothing: the end of what runs rings.
      const free = pausedBy === undefined && !refused && place() !== "none";
      return free ? sleepMs(database, now()) : longestSleepMs;
    } catch (error) {
      onError(error);
      return troubleSleepMs;
    }
  };

  const loop = async () => {
    while (!stopping.signal.aborted) await doorbell.wait(await work());
  };

  const stopListening = database.bell.listen(() => {
    doorbell.ring();
  });
  let expiring: Promise<unknown> | undefined;
  const clock = new ClockWatch();
  const lookAround = async () => {
    if (clock.wasSetBack(now(), performance.now())) await beginWaitsAnew(database, now());
    await expireLeases(database, leases, presence.processId, now());
  };
  const expire = () => {
    expiring ??= lookAround()
      .catch(onError)
      .finally(() => {
        expiring = undefined;
      });
  };
  const expiry = setInterval(expire, timing.beatIntervalMs);
  expire();
  const looping = loop();

  const stop = async (): Promise<void> => {
    stopping.abort();
    clearInterval(expiry);
    doorbell.ring();
    await looping;
    await expiring;
    stopListening();
    const watchWork = () => {
      try {
        endLostWork();
      } catch (error) {
        onError(error);
      }
    };
    const stopWatching = database.bell.listen(watchWork);
    watchWork();
    await Promise.all([...running.values()].map(({ done }) => done));
    stopWatching();
  };
  const kill = () => {
    killed.abort();
    for (const { controller } of running.values()) controller.abort("shutdown" satisfies StopReason);
  };
  let stopped: Promise<void> | undefined;
  return {
    wake: () => {
      doorbell.ring();
    },
    pause: (reason) => {
      pausedBy = reason;
      doorbell.ring();
    },
    stop: (killing) => {
      if (killing.aborted) kill();
      else killing.addEventListener("abort", kill, { once: true });
      stopped ??= stop();
      return stopped;
    },
  };
}

function sleepMs(database: Database, now: number): number {
  const next = nextDueTime(database, now);
  return next === undefined ? longestSleepMs : Math.min(Math.max(next - now, 0), longestSleepMs);
}

/**
 * Tries until the database takes it, for as long as this process works: a task whose lease is held by a living process
 * is looked after by nobody else. One that stops leaves it to the others, who find a lease of nobody.
 */
async function giveBack(
  { database, onError }: RunnerOptions,
  lease: Lease,
  settle: () => Promise<Settled>,
  stopping: AbortSignal,
): Promise<void> {
  for (;;)
    try {
      await settle();
      await releaseLease(database, lease);
      return;
    } catch (error) {
      onError(error);
      if (stopping.aborted) return;
      // One that stops tries once more, at once.
      await pause(troubleSleepMs, undefined, { signal: stopping }).catch(() => undefined);
    }
}
