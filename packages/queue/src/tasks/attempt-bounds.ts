import { hourMs } from "@dwld/timing";
import type { TaskRow } from "../store/schema.ts";

type Bounds = { readonly maxAttempts: number; readonly maxTotalHours: number };

/** The configured bounds, by site. `defaultSite` holds those of all others. */
type ConfiguredBounds = { readonly sites: Readonly<Record<string, Bounds>>; readonly defaultSite: Bounds };

export type AttemptBounds = {
  /** The attempts of this round that count: no interruptions, and none that only found that it has to wait. */
  attemptCount: number;
  /** The number of attempts after which the task fails. */
  attemptLimit: number;
  /** No attempt begins after this time, in milliseconds since the epoch. Undefined if none has failed yet. */
  giveUpAtMs: number | undefined;
};

/** Returns the bounds of the attempts to download a task: for the decision as well as for display. */
export function downloadBounds(
  task: Pick<TaskRow, "site" | "attempt_count" | "tried_since">,
  { sites, defaultSite }: ConfiguredBounds,
): AttemptBounds {
  // A host may be called "constructor".
  const own = Object.hasOwn(sites, task.site) ? sites[task.site] : undefined;
  const { maxAttempts, maxTotalHours } = own ?? defaultSite;
  const giveUpAtMs = task.tried_since === null ? undefined : task.tried_since + maxTotalHours * hourMs;
  return { attemptCount: task.attempt_count, attemptLimit: maxAttempts, giveUpAtMs };
}

/** Returns the time of the last attempt to deliver a task, in milliseconds since the epoch. */
export function deliveryDeadline(task: Pick<TaskRow, "ready_at" | "created_at">, giveUpAfterMs: number): number {
  return (task.ready_at ?? task.created_at) + giveUpAfterMs;
}

/** Returns the bounds of the attempts to deliver a task: the time alone. */
export function deliveryBounds(
  task: Pick<TaskRow, "ready_at" | "created_at" | "delivery_attempt_count">,
  giveUpAfterMs: number,
): AttemptBounds {
  const giveUpAtMs = deliveryDeadline(task, giveUpAfterMs);
  return { attemptCount: task.delivery_attempt_count, attemptLimit: Infinity, giveUpAtMs };
}
