import { execFile } from "node:child_process";
import type { Logger } from "../logger/create-logger.ts";

/** What systemd is told of a service of `Type=notify` (sd_notify(3)). Without systemd each of these does nothing. */
export type ServiceManager = {
  /** It can work now. From here on a watchdog is fed too, where the unit has one. */
  readonly ready: () => void;
  /** @param withinMs it may take so long, whatever the unit's TimeoutStopSec says. */
  readonly stopping: (withinMs: number) => void;
};

/** Of the time in which systemd wants to hear of us (sd_watchdog_enabled(3) advises half): one beat may come late. */
const beatsPerWatchdog = 3;

/**
 * The service manager that started this process: its variables are taken out of `env`, since no child may speak for us.
 * `systemd-notify` carries the messages, because Node has no datagram sockets of the UNIX family.
 */
export function takeServiceManager(env: NodeJS.ProcessEnv, logger: Logger): ServiceManager {
  const socket = env["NOTIFY_SOCKET"];
  const watchdogMs = env["WATCHDOG_PID"] === String(process.pid) ? Number(env["WATCHDOG_USEC"]) / 1000 : 0;
  delete env["NOTIFY_SOCKET"];
  delete env["WATCHDOG_USEC"];
  delete env["WATCHDOG_PID"];
  if (socket === undefined) return { ready: () => {}, stopping: () => {} };

  const tell = (...message: string[]): void => {
    const variables = { PATH: env["PATH"] ?? "", NOTIFY_SOCKET: socket };
    execFile("systemd-notify", message, { env: variables, timeout: 10_000 }, (error) => {
      if (error !== null) logger.warn({ err: error, message }, "systemd could not be told how this process stands");
    });
  };
  return {
    ready: () => {
      tell("--ready");
      // The event loop feeds it: a process whose loop hangs is restarted.
      if (watchdogMs > 0) setInterval(() => tell("WATCHDOG=1"), watchdogMs / beatsPerWatchdog).unref();
    },
    stopping: (withinMs) => {
      tell("--stopping", `EXTEND_TIMEOUT_USEC=${Math.round(withinMs * 1000)}`);
    },
  };
}
