import { setTimeout as pause } from "node:timers/promises";
import { errorText } from "@dwld/text";
import { type HealthOf, openHealth } from "./serve-health.ts";
import type { HealthServer } from "./health-server.ts";
import type { AppContext } from "../process-life/run-process.ts";

/** Milliseconds between two tries. */
const retryMs = 1000;

/** Milliseconds that systemd is asked to wait, and between two of these requests. */
const extensionMs = 90_000;
const extendEveryMs = 30_000;

/**
 * Repeats a step of the start while what it needs is away, and says so in the log and in /readyz: a process that ended
 * would only be started again, and again.
 *
 * @param isAbsence whether an error of the step means that, and not that it can never succeed.
 * @throws any other error of the step; the reason of `stopping` if the process is told to stop meanwhile.
 */
export async function untilThere<Result>(
  context: AppContext,
  { app, name, isAbsence }: { app: HealthOf; name: string; isAbsence: (error: unknown) => boolean },
  step: () => Promise<Result>,
): Promise<Result> {
  const { logger, shutdown, waiting } = context;
  const { stopping } = shutdown;
  let reason = "";
  let health: HealthServer | undefined;
  let extendedAtMs = -Infinity;
  try {
    for (;;)
      try {
        const result = await step();
        if (health !== undefined) logger.info({ waitedFor: name }, "the start goes on");
        return result;
      } catch (error) {
        if (!isAbsence(error)) throw error;
        reason = errorText(error);
        if (health === undefined) {
          logger.error({ waitsFor: name }, `${reason} The start waits.`);
          const check = () => ({ ok: false, reason: `the start waits: ${reason}` }) as const;
          health = await openHealth(context, app, [{ name, check }]);
        }
        if (performance.now() - extendedAtMs > extendEveryMs) {
          extendedAtMs = performance.now();
          waiting(extensionMs);
        }
        await pause(retryMs, undefined, { signal: stopping }).catch(() => undefined);
        stopping.throwIfAborted();
      }
  } finally {
    await health?.close();
  }
}
