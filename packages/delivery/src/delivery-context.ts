import type { Logger } from "@dwld/daemon";
import type { ProgressCache } from "@dwld/progress";
import type { Database } from "@dwld/queue";
import type { Destination } from "./destination/destination.ts";
import type { DestinationWatch } from "./destination/destination-watch.ts";
import type { DeliveryRules } from "./deliver/upload.ts";

/** What the steps of a delivery need of their process. */
export type DeliveryContext = {
  database: Database;
  cache: Pick<ProgressCache, "put" | "remove">;
  logger: Logger;
  destination: Destination;
  watch: DestinationWatch;
  rules: DeliveryRules;
  /** The name of this machine: where its files lie. */
  host: string;
  giveUpAfterMs: number;
  /** See `Upload`. */
  stalledAt: Map<number, number>;
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
};
