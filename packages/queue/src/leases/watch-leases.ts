import type { Database } from "../store/database.ts";
import { beginWaitsAnew, ClockWatch } from "./clock-jump.ts";
import { expireLeases, type LeaseTiming, LeaseWatch } from "./expire-lease.ts";
import type { RegisteredProcess } from "./process-registry.ts";

export type WatchLeasesOptions = {
  readonly database: Database;
  readonly registered: Pick<RegisteredProcess, "processId">;
  readonly timing: LeaseTiming;
  /** Called with the number of tasks that dead processes held, and that wait again. */
  readonly onExpired: (tasks: number) => void;
  readonly onError: (error: unknown) => void;
  readonly now: () => number;
};

/**
 * Requeues what dead processes hold, at once and with each heartbeat, until it is closed. Begins stored waits anew if the
 * clock was set back.
 */
export function watchLeases(options: WatchLeasesOptions): { close: () => Promise<void> } {
  const { database, registered, timing, onExpired, onError, now } = options;
  const leases = new LeaseWatch(timing);
  const clock = new ClockWatch();
  const look = async () => {
    if (clock.wasSetBack(now(), performance.now())) await beginWaitsAnew(database, now());
    const tasks = await expireLeases(database, leases, registered.processId, now());
    if (tasks > 0) onExpired(tasks);
  };
  let looking: Promise<void> | undefined;
  const lookOnce = () => {
    looking ??= look()
      .catch(onError)
      .finally(() => {
        looking = undefined;
      });
  };
  const timer = setInterval(lookOnce, timing.heartbeatIntervalMs);
  lookOnce();
  return {
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
