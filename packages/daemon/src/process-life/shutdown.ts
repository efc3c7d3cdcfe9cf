import { withTimeout } from "@dwld/timing";
import type { Logger } from "../logger/create-logger.ts";

export type Shutdown = {
  /** Aborted by the first signal, or when a part fails: take no new work. */
  readonly stopping: AbortSignal;
  /** Aborted when the grace is over: end running work now. */
  readonly killing: AbortSignal;
  /**
   * Registers a part that is released before the process ends; the last one registered is released first, one at a time.
   * A release may wait for running work, which ends by itself or after `killing`. `name` is for the log.
   */
  readonly defer: (name: string, release: () => void | Promise<void>) => void;
  /** A part of the process died: shuts down in order, and exits with 1. */
  readonly fail: (error: unknown) => void;
};

export type ShutdownControl = Shutdown & {
  /** Starts the shutdown; further calls have no effect. */
  readonly begin: (reason: string) => void;
  /** Resolves when the shutdown begins. */
  readonly begun: Promise<void>;
  /**
   * Waits for `started` or the end of the grace, then releases all parts. Resolves to "released", or to the name of the
   * part that did not end within the grace and `hangMs` more.
   */
  release(started: Promise<unknown>): Promise<{ outcome: "released" } | { outcome: "hangs"; part: string }>;
};

/** The two-phase shutdown of one process. `onFailure` is called at once for every fail(), and returns the reason. */
export function createShutdown(options: {
  graceMs: number;
  hangMs: number;
  logger: Logger;
  onFailure: (error: unknown) => string;
}): ShutdownControl {
  const { graceMs, hangMs, logger, onFailure } = options;
  const stopping = new AbortController();
  const killing = new AbortController();
  const begun = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<void>();
  const hung = Promise.withResolvers<void>();
  const parts: { name: string; release: () => void | Promise<void> }[] = [];
  let current = "start";

  function begin(reason: string): void {
    if (stopping.signal.aborted) return;
    logger.info({ reason, graceSeconds: graceMs / 1000 }, "stopping: no new work is taken");
    // Both timers keep the process alive: an idle event loop must not end it before its releases have run.
    setTimeout(() => {
      logger.warn({ waitingFor: current }, "the grace is over: ending what still runs");
      killing.abort();
    }, graceMs);
    setTimeout(() => hung.resolve(), graceMs + hangMs);
    begun.resolve();
    stopping.abort();
  }

  async function releaseParts(started: Promise<unknown>): Promise<void> {
    // After a failure, start() may wait for ever.
    await withTimeout(Promise.race([started, failed.promise]), killing.signal, () => undefined);
    // Not a loop over the list: a part may be registered while another is released.
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      current = part.name;
      try {
        await part.release();
        logger.debug({ part: part.name }, "released");
      } catch (error) {
        logger.error({ err: error, part: part.name }, "releasing failed");
      }
    }
  }

  return {
    stopping: stopping.signal,
    killing: killing.signal,
    begun: begun.promise,
    begin,
    defer(name, release) {
      parts.push({ name, release });
    },
    fail(error) {
      const reason = onFailure(error);
      failed.resolve();
      begin(reason);
    },
    async release(started) {
      const released = releaseParts(started).then(() => ({ outcome: "released" as const }));
      return await Promise.race([released, hung.promise.then(() => ({ outcome: "hangs" as const, part: current }))]);
    },
  };
}
