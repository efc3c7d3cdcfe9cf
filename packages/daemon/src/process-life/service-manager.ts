import { execFile } from "node:child_process";
import type { Logger } from "../logger/create-logger.ts";

/** Reports to systemd about a service of `Type=notify` (sd_notify(3)); does nothing without systemd. */
export type ServiceManager = {
  /** The start waits for something, and may take `withinMs` more, whatever the unit's TimeoutStartSec says. */
  readonly waiting: (withinMs: number) => void;
  /** The service can work now. Starts to feed the unit's watchdog, if it has one. */
  readonly ready: () => void;
  /** The service begins a reload. Resolves when systemd knows it, since it takes the messages in their order. */
  readonly reloading: () => Promise<void>;
  /** The reload has ended. @param status what came of it, for `systemctl status`. */
  readonly reloaded: (status: string) => Promise<void>;
  /** The service stops, and may take `withinMs`, whatever the unit's TimeoutStopSec says. */
  readonly stopping: (withinMs: number) => void;
};

const noManager: ServiceManager = {
  waiting: () => {},
  ready: () => {},
  reloading: async () => {},
  reloaded: async () => {},
  stopping: () => {},
};

/** Messages within the watchdog's time-out (sd_watchdog_enabled(3) advises two): one may come late. */
const messagesPerTimeout = 3;

/**
 * Returns the service manager that started this process, and removes its variables from `env`, so that no child can speak
 * for this process. Sends by `systemd-notify`, since Node has no datagram sockets of the UNIX family.
 */
export function takeServiceManager(env: NodeJS.ProcessEnv, logger: Logger): ServiceManager {
  const socket = env["NOTIFY_SOCKET"];
  const watchdogMs = env["WATCHDOG_PID"] === String(process.pid) ? Number(env["WATCHDOG_USEC"]) / 1000 : 0;
  delete env["NOTIFY_SOCKET"];
  delete env["WATCHDOG_USEC"];
  delete env["WATCHDOG_PID"];
  if (socket === undefined) return noManager;

  const tell = async (...message: string[]): Promise<void> => {
    const variables = { PATH: env["PATH"] ?? "", NOTIFY_SOCKET: socket };
    const { promise, resolve } = Promise.withResolvers<void>();
    execFile("systemd-notify", message, { env: variables, timeout: 10_000 }, (error) => {
      if (error !== null) logger.warn({ err: error, message }, "systemd could not be notified");
      resolve();
    });
    await promise;
  };
  const notify = (...message: string[]): void => void tell(...message);
  return {
    waiting: (withinMs) => {
      notify(`EXTEND_TIMEOUT_USEC=${Math.round(withinMs * 1000)}`);
    },
    ready: () => {
      notify("--ready");
      // The event loop sends it, so that systemd restarts a process whose loop hangs.
      if (watchdogMs > 0) setInterval(() => notify("WATCHDOG=1"), watchdogMs / messagesPerTimeout).unref();
    },
    reloading: async () => {
      await tell("RELOADING=1", `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
    },
    reloaded: async (status) => {
      await tell("READY=1", `STATUS=${status}`);
    },
    stopping: (withinMs) => {
      notify("--stopping", `EXTEND_TIMEOUT_USEC=${Math.round(withinMs * 1000)}`);
    },
  };
}
