import { withTimeout } from "@dwld/timing";
import type { Logger } from "../logger/create-logger.ts";

export type Shutdown = {
  /** The first signal, or a part that failed: take no new work. */
  readonly stopping: AbortSignal;
  /** The grace is over: end what runs now. */
  readonly killing: AbortSignal;
  /**
   * Registers what must be released before the process ends; the last registered is released first, one after the other.
   * `name` is what the log calls it. A release may wait for running work: it ends by itself or after `killing`.
   */
  readonly defer: (name: string, release: () => void | Promise<void>) => void;
  /** A part of the process died: shut down in order, and exit 1. */
  readonly fail: (error: unknown) => void;
};

export type ShutdownControl = Shutdown & {
  /** Starts the shutdown; every further call is without effect. */
  readonly begin: (reason: string) => void;
  /** Resolves when the shutdown begins. */
  readonly begun: Promise<void>;
  /**
   * Waits for `started`, or for the end of the grace, then releases everything. Resolves to "released", or to the
   * name of the part that did not end within the grace and `hangMs` more.
   */
  release(started: Promise<unknown>): Promise<{ outcome: "released" } | { outcome: "hangs"; part: string }>;
};

/** The two-phase shutdown of one process. `onFailure` is told of every fail() at once, and gives it words. */
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
    // After a failure start() may wait for what will never come.
    await withTimeout(Promise.race([started, failed.promise]), killing.signal, () => undefined);
    // A part may be registered while another is released.
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
