import { type DeliveryRules, createLogger } from "@dwld/daemon";
import { openProgressCache } from "@dwld/progress";
import { confirmLease, deliveryBounds, type Lease, type OnClaim } from "@dwld/queue";
import { carryOut, testHost } from "@dwld/queue/testing";
import { createDeliveryHandler, type HandlerOptions } from "../delivery-handler.ts";
import { CircuitBreaker } from "../destination/circuit-breaker.ts";
import type { Destination } from "../destination/destination.ts";
import type { DeliveryBed } from "./delivery-bed.ts";

/** Delivers as a process does, without the process. */
export type TestDeliverer = AsyncDisposable & {
  options: HandlerOptions;
  /** The reasons for which all deliveries were paused; undefined: the pause ended. */
  pauses: (string | undefined)[];
  /**
   * Delivers a claimed task, until its lease has ended.
   *
   * @param claim makes the claim, as a runner does, or has made it.
   * @param changes of the options, for this delivery alone.
   */
  deliver(
    claim: Lease | ((onClaim?: OnClaim) => Promise<Lease>),
    given?: { signal?: AbortSignal; changes?: DeliveryChanges },
  ): Promise<void>;
};

/** Other options of one delivery. */
export type DeliveryChanges = Partial<HandlerOptions> & { giveUpAfterMs?: number };

const usualGiveUpMs = 3_600_000;

/** Closes the destination at the end. */
export function makeTestDeliverer(
  { database }: Pick<DeliveryBed, "database">,
  destination: Destination,
  rules: DeliveryRules,
): TestDeliverer {
  const logger = createLogger({ level: "silent", app: "test" });
  const cache = openProgressCache([]);
  const pauses: (string | undefined)[] = [];
  const breaker = new CircuitBreaker({
    ...{ destination, directory: rules.directory, logger, now: Date.now, random: () => 0 },
    pause: (reason) => pauses.push(reason),
    setTrouble: () => {},
    isWaited: async () => true,
    giveUp: async () => {},
  });
  const options: HandlerOptions = {
    ...{ database, cache, logger, destination, breaker },
    host: testHost.name,
    settings: () => ({ rules, giveUpAfterMs: usualGiveUpMs }),
    // Nobody takes the test's process for dead; the table tells the rest.
    confirm: async (lease, signal) => {
      const holder = { processId: lease.task.process_id ?? "", aliveUntilMs: Infinity, beat: async () => {} };
      return await confirmLease(database, holder, lease, { signal });
    },
    now: Date.now,
    random: () => 0,
    count: () => undefined,
  };
  const usual = createDeliveryHandler(options);
  return {
    options,
    pauses,
    deliver: async (claim, { signal = new AbortController().signal, changes } = {}) => {
      const errors: unknown[] = [];
      const { now, giveUpAfterMs } = { now: options.now, giveUpAfterMs: usualGiveUpMs, ...changes };
      const settings = () => ({ rules, giveUpAfterMs });
      const handler = changes === undefined ? usual : createDeliveryHandler({ ...options, settings, ...changes });
      const lease = typeof claim === "function" ? await claim(handler.onClaim) : claim;
      await carryOut(
        {
          ...{ database, kind: "delivery", handler, now },
          boundsOf: (task) => deliveryBounds(task, giveUpAfterMs),
          onError: (error) => errors.push(error),
        },
        { lease, signal },
      );
      if (errors.length > 0) throw errors[0];
    },
    [Symbol.asyncDispose]: async () => {
      breaker.close();
      destination.close();
      cache.close();
    },
  };
}
