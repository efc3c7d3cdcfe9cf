import { withTimeout } from "@dwld/timing";
import type { Logger } from "../logger/create-logger.ts";

/** A part of a process: what it holds is closed, or the work that it does is stopped. */
export type Part =
  | { readonly close: () => void | Promise<void> }
  /** Takes no new work, and resolves when all has ended: by itself or, once `killing` is aborted, because it is cut off. */
  | { readonly stop: (killing: AbortSignal) => Promise<void> };

export type Shutdown = {
  /** Aborted by the first signal, or when a part fails: take no new work. */
  readonly stopping: AbortSignal;
  /**
   * Aborted when the grace is over: end running work now. Its reason is "failure" if a part of the process died, else
   * "shutdown".
   */
  readonly killing: AbortSignal;
  /**
   * Registers a part, which is released before the process ends, and returns it. The last one registered is released
   * first, one at a time. `name` is for the log.
   */
  readonly register: <Registered extends Part>(name: string, part: Registered) => Registered;
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
  /** Asked when the shutdown begins. */
  graceMs: () => number;
  hangMs: number;
  logger: Logger;
  onFailure: (error: unknown) => string;
}): ShutdownControl {
  const { hangMs, logger, onFailure } = options;
  const stopping = new AbortController();
  const killing = new AbortController();
  const begun = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<void>();
  const hung = Promise.withResolvers<void>();
  const parts: { name: string; part: Part }[] = [];
  let current = "start";
  let endsBy: "shutdown" | "failure" = "shutdown";

  function begin(reason: string): void {
    if (stopping.signal.aborted) return;
    const graceMs = options.graceMs();
    logger.info({ reason, graceSeconds: graceMs / 1000 }, "stopping: no new work is taken");
    // Both timers keep the process alive: an idle event loop must not end it before its releases have run.
    setTimeout(() => {
      logger.warn({ waitingFor: current }, "the grace is over: ending what still runs");
      killing.abort(endsBy);
    }, graceMs);
    setTimeout(() => hung.resolve(), graceMs + hangMs);
    begun.resolve();
    stopping.abort();
  }

  async function releaseParts(started: Promise<unknown>): Promise<void> {
    // After a failure, start() may wait for ever.
    await withTimeout(Promise.race([started, failed.promise]), killing.signal, () => undefined);
    // Not a loop over the list: a part may be registered while another is released.
    for (let next = parts.pop(); next !== undefined; next = parts.pop()) {
      const { name, part } = next;
      current = name;
      try {
        await ("close" in part ? part.close() : part.stop(killing.signal));
        logger.debug({ part: name }, "released");
      } catch (error) {
        logger.error({ err: error, part: name }, "releasing failed");
      }
    }
  }

  return {
    stopping: stopping.signal,
    killing: killing.signal,
    begun: begun.promise,
    begin,
    register(name, part) {
      parts.push({ name, part });
      return part;
    },
    fail(error) {
      const reason = onFailure(error);
      endsBy = "failure";
      failed.resolve();
      begin(reason);
    },
    async release(started) {
      const released = releaseParts(started).then(() => ({ outcome: "released" as const }));
      return await Promise.race([released, hung.promise.then(() => ({ outcome: "hangs" as const, part: current }))]);
    },
  };
}
