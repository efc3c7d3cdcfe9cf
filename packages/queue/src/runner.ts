import { type ClaimKind, claimTask, type Lease, nextDueTime } from "./claim-task.ts";
import { type Database, query } from "./database.ts";
import { expireLeases, LeaseWatch } from "./expire-lease.ts";
import { beatIntervalMs, type Presence } from "./presence.ts";
import { settleDelivery, settleDownload } from "./settle-task.ts";

/** Why work in hand has to end: the `reason` of its signal. */
export type StopReason = "canceled" | "lost" | "shutdown";

export type Work = {
  readonly lease: Lease;
  /** Aborted with a `StopReason`. */
  readonly signal: AbortSignal;
};

export type RunnerOptions = {
  database: Database;
  presence: Presence;
  kind: ClaimKind;
  /** At most so many tasks at once. */
  parallel: number;
  /** For sites without a limit of their own. */
  defaultSiteParallel: number;
  /** Settles or releases the lease. What it throws is a defect: it is reported, and the task waits a minute. */
  handle: (work: Work) => Promise<void>;
  onError: (error: unknown) => void;
  now?: () => number;
};

export type Runner = {
  /** Looks for work now. */
  wake(): void;
  /** While a reason is given, nothing new is claimed. */
  pause(reason: string | undefined): void;
  /** Takes no new work, and resolves when what runs has ended, by itself or after `killing`. Idempotent. */
  stop(killing: AbortSignal): Promise<void>;
};

/** A task whose handler broke is not tried again before this. */
const brokenRetryMs = 60_000;

/** No timer is longer, so that a jump of the clock is noticed. */
const longestSleepMs = 60_000;

/** Claims tasks and hands them out, at most `parallel` at once. It knows the queue's verbs and nothing of the work. */
export function startRunner(options: RunnerOptions): Runner {
  const { database, presence, kind, onError } = options;
  const now = options.now ?? Date.now;
  const running = new Map<string, { work: Work; controller: AbortController; done: Promise<void> }>();
  const leases = new LeaseWatch();
  const doorbell = new Doorbell();
  let pausedBy: string | undefined;
  let stopping = false;

  const takeOn = (lease: Lease) => {
    const controller = new AbortController();
    const work: Work = { lease, signal: controller.signal };
    const done = options
      .handle(work)
      .catch(async (error: unknown) => {
        onError(error);
        await settleBroken(options, lease, error, now());
      })
      .catch(onError)
      .finally(() => {
        running.delete(lease.token);
        doorbell.ring();
      });
    running.set(lease.token, { work, controller, done });
  };

  const endLostWork = () => {
    if (running.size === 0) return;
    const held = new Map(
      database
        .all(query.selectFrom("tasks").select(["owner", "state"]).where("process_id", "=", presence.processId))
        .map(({ owner, state }) => [owner, state]),
    );
    for (const [token, { controller }] of running) {
      const state = held.get(token);
      if (state === undefined) controller.abort("lost" satisfies StopReason);
      else if (state === "CANCELED") controller.abort("canceled" satisfies StopReason);
    }
  };

  const claimAll = async () => {
    while (!stopping && pausedBy === undefined && running.size < options.parallel) {
      const { processId } = presence;
      const { defaultSiteParallel } = options;
      const lease = await claimTask(database, kind, { processId, defaultSiteParallel }, now());
      if (lease === undefined) return;
      takeOn(lease);
    }
  };

  const loop = async () => {
    while (!stopping) {
      try {
        endLostWork();
        await claimAll();
      } catch (error) {
        // A busy database, for one: the next wake-up tries again.
        onError(error);
      }
      await doorbell.wait(sleepMs(database, now()));
    }
  };

  const stopListening = database.bell.listen(() => {
    doorbell.ring();
  });
  let expiring: Promise<unknown> = Promise.resolve();
  const expire = () => {
    expiring = expiring.then(() => expireLeases(database, leases, now())).catch(onError);
  };
  const expiry = setInterval(expire, beatIntervalMs);
  expire();
  const looping = loop();

  const stop = async (killing: AbortSignal): Promise<void> => {
    stopping = true;
    clearInterval(expiry);
    doorbell.ring();
    await looping;
    await expiring;
    const kill = () => {
      for (const { controller } of running.values()) controller.abort("shutdown" satisfies StopReason);
    };
    if (killing.aborted) kill();
    else killing.addEventListener("abort", kill, { once: true });
    const stillListening = database.bell.listen(endLostWork);
    await Promise.all([...running.values()].map(({ done }) => done));
    stillListening();
    stopListening();
    killing.removeEventListener("abort", kill);
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
    stop: (killing) => (stopped ??= stop(killing)),
  };
}

function sleepMs(database: Database, now: number): number {
  const next = nextDueTime(database, now);
  return next === undefined ? longestSleepMs : Math.min(Math.max(next - now, 0), longestSleepMs);
}

async function settleBroken(
  { database, kind }: RunnerOptions,
  lease: Lease,
  error: unknown,
  now: number,
): Promise<void> {
  const outcome = {
    outcome: "failed",
    failure: {
      failureClass: "unknown",
      message: `dwld itself failed: ${error instanceof Error ? error.message : String(error)}`,
      advice: "This is a defect of dwld; its log has the details. It is tried again in a minute.",
    },
    retryAt: now + brokenRetryMs,
  } as const;
  await (kind === "download" ? settleDownload : settleDelivery)(database, lease, outcome, now);
}

/** Rings are kept until somebody waits. */
class Doorbell {
  #rung = false;
  #waiting: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#waiting?.();
  }

  async wait(atMostMs: number): Promise<void> {
    if (!this.#rung)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, atMostMs);
        this.#waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#waiting = undefined;
    this.#rung = false;
  }
}
