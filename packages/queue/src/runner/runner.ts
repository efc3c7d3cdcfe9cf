import { minuteMs, SingleFlight } from "@dwld/timing";
import { carryOut, type HandlerOptions, troubleSleepMs } from "./carry-out.ts";
import type { DownloadStopReason, DownloadWork, StopReason } from "./handler.ts";
import { type ClaimKind, claimTask, type Lease, makeDue } from "../leases/claim-task.ts";
import { lookForWork } from "../leases/look-for-work.ts";
import { query } from "../store/database.ts";
import { Wakeup } from "./wakeup.ts";
import type { LeaseTiming } from "../leases/expire-lease.ts";
import { heartbeatIntervalMs, leaseMs, type RegisteredProcess } from "../leases/process-registry.ts";
import { watchLeases } from "../leases/watch-leases.ts";
import { freeSlot, type RunPace } from "./slots.ts";

export type RunnerOptions<Kind extends ClaimKind> = HandlerOptions<Kind> & {
  registered: RegisteredProcess;
  /** The number of tasks that run at once, beside slow ones. This and the next two are read at each look. */
  parallel: number;
  /** The number of slots beside slow runs, for sites that have nothing in work. Default: 0. */
  spare?: number;
  /** The limit of sites that have none of their own. */
  defaultSiteParallel: number;
  /** Asked before each claim. After a refusal, nothing is claimed before the next notification or `wake`. */
  mayClaim?: () => Promise<boolean>;
  timing?: LeaseTiming;
};

export type Runner = {
  /** Looks for work now. */
  wake(): void;
  /** Claims nothing while there is a reason. */
  pause(reason: string | undefined): void;
  /**
   * Claims nothing more, and resolves when all runs have ended, by themselves or after `killing`. May be called again,
   * with another `killing` beside the first. Its reason "failure" is that of the runs, any other is "shutdown".
   */
  stop(killing: AbortSignal): Promise<void>;
};

/** The longest timer, so that a jump of the clock is noticed. */
const longestSleepMs = minuteMs;

type Running = {
  readonly controller: AbortController;
  readonly finishing: AbortController;
  /** The handler has returned: the runner itself may end the lease from now on. */
  hasRun: boolean;
  done: Promise<void>;
};

/** Claims tasks, hands them to the handler, at most `parallel` at once, and ends each lease. */
export function startRunner<Kind extends ClaimKind>(options: RunnerOptions<Kind>): Runner {
  const { database, registered, kind, onError } = options;
  const now = options.now ?? Date.now;
  const running = new Map<Lease, Running>();
  /** The slow runs; the one that has been slow for longest comes first. */
  const slow = new Map<Lease, RunPace>();
  const wakeup = new Wakeup();
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  const killed = new AbortController();
  let pausedBy: string | undefined;
  /** There may be work that no look has seen: something was notified, or a look was for a part of it alone. */
  let mayHaveWork = true;
  /** A run's task may have been canceled, or its lease be lost, and no look has seen it. */
  let mayHaveLost = false;
  /** The caller has asked for a look, even if nothing is due: it may want to judge again whether it may claim. */
  let isAsked = true;
  /** When the next task or site is due, as of the last look, in milliseconds since the epoch. */
  let nextAt = Infinity;

  const slot = () => {
    // A run that has returned needs its slot no more: its end and the next claim share a commit. One that was told to
    // stop may still remove what it made.
    const busy = [...running.values()].filter(({ hasRun, controller }) => !hasRun || controller.signal.aborted);
    return freeSlot({ running: busy.length, slow: slow.size, parallel: options.parallel, spare: options.spare ?? 0 });
  };

  const start = (lease: Lease) => {
    const controller = new AbortController();
    const finishing = new AbortController();
    // The end of a recording may have been requested while an earlier owner had the task.
    if (lease.task.finish_requested === 1) finishing.abort();
    if (killed.signal.aborted) controller.abort(killed.signal.reason);
    const markPace = (pace: RunPace) => {
      if (!running.has(lease)) return;
      if (pace === "steady") slow.delete(lease);
      else slow.set(lease, pace);
      wakeup.signal();
    };
    const work: DownloadWork = { lease, signal: controller.signal, finish: finishing.signal, markPace };
    const onRun = () => {
      entry.hasRun = true;
      slow.delete(lease);
      wakeup.signal();
    };
    const conduct = async () => {
      try {
        await carryOut(options, work, { onRun, stopping: stopping.signal });
      } finally {
        running.delete(lease);
        slow.delete(lease);
        wakeup.signal();
      }
    };
    const entry: Running = { controller, finishing, hasRun: false, done: Promise.resolve() };
    running.set(lease, entry);
    // The handler begins at once, so that one that pauses the runner does so before the next claim.
    entry.done = conduct();
  };

  /**
   * Stops the runs whose task was canceled or whose lease is lost. Judges only what ran before the look: a lease that
   * was claimed during it is not in its answer.
   */
  const stopLostRuns = async () => {
    const before = [...running];
    mayHaveLost = false;
    if (before.length === 0) return;
    const held = new Map(
      (
        await database.all(
          query
            .selectFrom("tasks")
            .select(["owner", "state", "finish_requested"])
            .where("process_id", "=", registered.processId),
        )
      ).map(({ owner, ...task }) => [owner, task]),
    );
    for (const [lease, entry] of before) {
      // The lease of a run that is over may have ended meanwhile.
      if (entry.hasRun) continue;
      const { controller, finishing } = entry;
      const { state, finish_requested } = held.get(lease.token) ?? {};
      if (finish_requested === 1) finishing.abort();
      if (state === "CANCELED") controller.abort("canceled" satisfies StopReason);
      else if (state === undefined) controller.abort("lost" satisfies StopReason);
    }
  };

  /** Tells the run that has been slow for longest to make room for a link of a site with nothing in work. */
  const letOneYield = async () => {
    // The end of a run that makes room wakes the loop.
    nextAt = Infinity;
    if ([...running.values()].some(({ controller }) => controller.signal.reason === "yield")) return;
    let found = await look("idle_site");
    // No claim makes them due here, and until then they say nothing of their sites.
    while (found.nextAt !== undefined && found.nextAt <= now()) {
      await database.write(async (transaction) => await makeDue(transaction, now()));
      found = await look("idle_site");
    }
    nextAt = found.nextAt ?? Infinity;
    if (!found.isDue) return;
    const [longest] = [...slow].flatMap(([lease, pace]) => (pace === "slow" ? [lease] : []));
    if (longest !== undefined) running.get(longest)?.controller.abort("yield" satisfies DownloadStopReason);
  };

  const look = async (whose: "any" | "idle_site") => {
    const { defaultSiteParallel } = options;
    const claimant = { host: registered.host, defaultSiteParallel, idleSitesOnly: whose === "idle_site" };
    return await lookForWork(database, kind, claimant, now());
  };

  /** Claims while there is a free slot and a task for it. Asks nothing while nothing can have changed. */
  const claimAll = async () => {
    while (mayHaveWork && !isStopping() && pausedBy === undefined) {
      const whose = slot();
      if (whose === "if_one_yields") await letOneYield();
      if (whose !== "any" && whose !== "idle_site") return;
      const { processId } = registered;
      // Not registered yet: its leases would be requeued at once.
      if (processId === "") return;
      // Set before the look: what is notified during it is not in its answer.
      mayHaveWork = whose !== "any";
      let found = await look(whose);
      if (isAsked || found.isDue || found.waitsForSpace) {
        isAsked = false;
        if (options.mayClaim !== undefined && !(await options.mayClaim())) {
          mayHaveWork = true;
          nextAt = Infinity;
          return;
        }
        // A task that waits for space may be due now.
        if (!found.isDue) found = await look(whose);
      }
      nextAt = found.nextAt ?? Infinity;
      // A run that was told to stop during the look has given its task back: it is the next process's.
      if (!found.isDue || isStopping()) return;
      const idleSitesOnly = whose === "idle_site";
      const { defaultSiteParallel } = options;
      const { onClaim } = options.handler;
      const claimant = { processId, host: registered.host, defaultSiteParallel, idleSitesOnly, onClaim };
      const lease = await claimTask(database, kind, claimant, now());
      if (lease === undefined) {
        // Another process was faster, or a task whose time has come waits for its site.
        nextAt = (await look(whose)).nextAt ?? Infinity;
        return;
      }
      mayHaveWork = true;
      options.report?.({ event: "claimed", waitedMs: now() - lease.task.due_at });
      start(lease);
    }
  };

  /** Looks for work. Returns the milliseconds until there may be more without a notification. */
  const work = async (): Promise<number> => {
    try {
      if (mayHaveLost) await stopLostRuns();
      if (nextAt <= now()) mayHaveWork = true;
      await claimAll();
      // Without a free slot, a task that becomes due changes nothing: the end of a run wakes the loop.
      const free = pausedBy === undefined && slot() !== "none";
      return free ? Math.min(Math.max(nextAt - now(), 0), longestSleepMs) : longestSleepMs;
    } catch (error) {
      onError(error);
      mayHaveLost = true;
      mayHaveWork = true;
      return troubleSleepMs;
    }
  };

  const loop = async () => {
    while (!stopping.signal.aborted)
      // After the longest wait, everything is looked at again, whatever the clock did.
      if (!(await wakeup.wait(await work()))) {
        mayHaveLost = true;
        mayHaveWork = true;
      }
  };

  const endings = [
    database.notifier.listen([kind === "download" ? "downloads" : "deliveries"], () => {
      mayHaveWork = true;
      wakeup.signal();
    }),
    database.notifier.listen(["leases"], () => {
      mayHaveLost = true;
      wakeup.signal();
    }),
  ];
  const leases = watchLeases({
    ...{ database, registered, onError, now },
    timing: options.timing ?? { heartbeatIntervalMs, leaseMs },
    onExpired: (tasks) => options.report?.({ event: "expired", tasks }),
  });
  const looping = loop();

  const stop = async (): Promise<void> => {
    stopping.abort();
    wakeup.signal();
    await looping;
    await leases.close();
    for (const end of endings) end();
    const watching = new SingleFlight(stopLostRuns);
    const watchWork = () => {
      watching.run().catch(onError);
    };
    const stopWatching = database.notifier.listen(["leases"], watchWork);
    watchWork();
    await Promise.all([...running.values()].map(({ done }) => done));
    stopWatching();
    // A look that is under way ends before the database may be closed.
    await watching.run().catch(onError);
  };
  const kill = (reason: StopReason) => {
    killed.abort(reason);
    for (const { controller } of running.values()) controller.abort(reason);
  };
  let stopped: Promise<void> | undefined;
  return {
    wake: () => {
      isAsked = true;
      mayHaveLost = true;
      mayHaveWork = true;
      wakeup.signal();
    },
    pause: (reason) => {
      pausedBy = reason;
      wakeup.signal();
    },
    stop: (killing) => {
      const end = () => {
        kill(killing.reason === "failure" ? "failure" : "shutdown");
      };
      if (killing.aborted) end();
      else killing.addEventListener("abort", end, { once: true });
      stopped ??= stop();
      return stopped;
    },
  };
}
