import { type CheckResult, type DeliverySettings, gauge, type Logger, type Metrics } from "@dwld/daemon";
import type { ProgressCache } from "@dwld/progress";
import {
  confirmLease,
  countTasks,
  type Database,
  deliveryBounds,
  giveUpDelivery,
  type RegisteredProcess,
  startRunner,
  type TaskRow,
} from "@dwld/queue";
import { failureFacts } from "./delivery-failure.ts";
import { countDeliveries } from "./count-deliveries.ts";
import { countRunner } from "./count-runner.ts";
import { createDeliveryHandler } from "./delivery-handler.ts";
import { CircuitBreaker } from "./destination/circuit-breaker.ts";
import { waitsForOperator } from "./destination/destination-error.ts";
import type { Destination } from "./destination/destination.ts";
import { PendingCleanup } from "./pending-cleanup.ts";

/** The parts of a process that its delivery shares. */
export type DeliveryParts = {
  database: Database;
  cache: ProgressCache;
  logger: Logger;
  registered: RegisteredProcess;
  metrics: Metrics;
  onError: (error: unknown, task?: TaskRow) => void;
};

export type Delivery = {
  /** Looks for work now. */
  wake: () => void;
  /** For /readyz. */
  check: () => CheckResult;
  /** Resolves when all runs have ended, by themselves or after `killing`. */
  stop: (killing: AbortSignal) => Promise<void>;
};

/**
 * Delivers the files of tasks that are ready, until it is stopped.
 *
 * @param destination is closed by `stop`.
 * @param settings returns the operator's settings as of now. A delivery keeps those that it began with.
 */
export function startDelivery(
  parts: DeliveryParts,
  destination: Destination,
  settings: () => Pick<DeliverySettings, "rules" | "parallel" | "giveUpAfterMs">,
): Delivery {
  const { database, cache, logger, registered, metrics, onError } = parts;
  const [now, random] = [Date.now, Math.random];
  const breaker = new CircuitBreaker({
    ...{ destination, logger, now, random },
    get directory() {
      return settings().rules.directory;
    },
    pause: (reason) => {
      runner.pause(reason);
      if (reason === undefined) cleanup.look();
    },
    setTrouble: (source, trouble) => {
      registered.setTrouble(source, trouble);
    },
    isWaited: async () => {
      const { READY_TO_SEND: waiting, SENDING: inWork } = await countTasks(database, "all");
      return waiting + inWork > 0;
    },
    giveUp: async (trouble) => {
      if (waitsForOperator(trouble)) return;
      const failure = failureFacts(trouble, destination.words);
      const count = await giveUpDelivery(database, now() - settings().giveUpAfterMs, failure, now());
      if (count > 0) logger.warn({ count }, "deliveries that waited too long have failed");
    },
  });
  const runner = startRunner({
    ...{ database, registered, onError },
    kind: "delivery",
    report: countRunner(metrics, "delivery"),
    get parallel() {
      return settings().parallel;
    },
    get defaultSiteParallel() {
      return settings().parallel;
    },
    boundsOf: (task) => deliveryBounds(task, settings().giveUpAfterMs),
    handler: createDeliveryHandler({
      ...{ database, cache, logger, destination, breaker, now, random },
      settings,
      count: countDeliveries(metrics),
      host: registered.host.name,
      confirm: async (lease, signal) => await confirmLease(database, registered, lease, { signal }),
    }),
  });
  const help = "Whether the destination took what it was asked last.";
  metrics.add(() => [gauge("dwld_destination_up", help, breaker.check().ok ? 1 : 0)]);
  const cleanup = new PendingCleanup({
    ...{ database, notifier: database.notifier, destination, logger, onError, now },
    isReachable: () => breaker.check().ok,
  });
  breaker
    .start()
    // Until then, it is not known whether the destination can be reached.
    .then(() => {
      cleanup.look();
    })
    .catch(onError);
  return {
    wake: () => {
      runner.wake();
    },
    check: () => breaker.check(),
    stop: async (killing) => {
      breaker.close();
      await cleanup.close();
      await runner.stop(killing);
      destination.close();
    },
  };
}
