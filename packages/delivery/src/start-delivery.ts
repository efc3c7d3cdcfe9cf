import { hostname } from "node:os";
import type { CheckResult, Logger } from "@dwld/daemon";
import type { ProgressCache } from "@dwld/progress";
import {
  countTasks,
  type Database,
  deliveryBounds,
  giveUpDelivery,
  type Presence,
  startRunner,
  type TaskRow,
} from "@dwld/queue";
import type { DeliveryRules } from "./deliver/upload.ts";
import type { DeliveryContext } from "./delivery-context.ts";
import { createDeliveryHandler } from "./delivery-handler.ts";
import { waitsForOperator } from "./delivery-schedule.ts";
import type { Destination } from "./destination/destination.ts";
import { DestinationWatch } from "./destination/destination-watch.ts";
import { failureFacts } from "./failure-facts.ts";
import { PendingCleanup } from "./pending-cleanup.ts";

/** What a process that delivers shares with the rest of it. */
export type DeliveryParts = {
  database: Database;
  cache: ProgressCache;
  logger: Logger;
  presence: Presence;
  onError: (error: unknown, task?: TaskRow) => void;
};

export type DeliveryOptions = {
  /** Closed by `stop`. */
  destination: Destination;
  rules: DeliveryRules;
  /** Deliveries at once. */
  parallel: number;
  /** A delivery that has not succeeded for this long fails, unless it waits for the operator. */
  giveUpAfterMs: number;
};

export type Delivery = {
  wake: () => void;
  /** For /readyz. */
  check: () => CheckResult;
  /** Resolves when what runs has ended, by itself or after `killing`. */
  stop: (killing: AbortSignal) => Promise<void>;
};

/** Delivers what is ready to a destination, until it is stopped. */
export function startDelivery(parts: DeliveryParts, options: DeliveryOptions): Delivery {
  const { database, cache, logger, presence, onError } = parts;
  const { destination, rules, parallel, giveUpAfterMs } = options;
  const watch = new DestinationWatch({
    destination,
    directory: rules.directory,
    logger,
    pause: (reason) => {
      runner.pause(reason);
    },
    setTrouble: (source, trouble) => {
      presence.setTrouble(source, trouble);
    },
    isWaited: () => {
      const { READY_TO_SEND: waiting, SENDING: inWork } = countTasks(database);
      return waiting + inWork > 0;
    },
    giveUp: async (trouble) => {
      if (waitsForOperator(trouble.kind)) return;
      const now = Date.now();
      const count = await giveUpDelivery(database, now - giveUpAfterMs, failureFacts(trouble), now);
      if (count > 0) logger.warn({ count }, "deliveries that waited too long have failed");
    },
    now: Date.now,
    random: Math.random,
  });
  const context: DeliveryContext = {
    ...{ database, cache, logger, destination, watch, rules, giveUpAfterMs },
    host: hostname(),
    stalledAt: new Map(),
    now: Date.now,
    random: Math.random,
  };
  const handler = createDeliveryHandler(context);
  const runner = startRunner({
    ...{ database, presence, onError },
    kind: "delivery",
    parallel,
    defaultSiteParallel: parallel,
    boundsOf: (task) => deliveryBounds(task, giveUpAfterMs),
    handler: {
      ...handler,
      run: async (work) => {
        const ended = watch.begun();
        return await handler.run(work).finally(ended);
      },
    },
  });
  const cleanup = new PendingCleanup({
    ...{ database, destination, logger, onError },
    isReachable: () => watch.check().ok,
    now: Date.now,
  });
  watch.start().catch(onError);
  return {
    wake: () => {
      runner.wake();
    },
    check: () => watch.check(),
    stop: async (killing) => {
      watch.close();
      await cleanup.close();
      await runner.stop(killing);
      destination.close();
    },
  };
}
