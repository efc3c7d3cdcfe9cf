import { setTimeout as pause } from "node:timers/promises";
import { settleDelivery } from "./settle-delivery.ts";
import { settleDownload } from "./settle-download.ts";
import type { Handler, OutcomeOf, StopReason, WorkOf } from "./handler.ts";
import type { ClaimKind, Lease } from "../leases/claim-task.ts";
import { releaseLease, type Settled } from "../leases/end-lease.ts";
import { heldState } from "../leases/held-task.ts";
import { settleDefect } from "./settle-defect.ts";
import type { Database } from "../store/database.ts";
import { DatabaseError } from "../store/database-error.ts";
import type { TaskRow } from "../store/schema.ts";
import type { AttemptBounds } from "../tasks/attempt-bounds.ts";

/** Milliseconds until the database is asked again after an error. */
export const troubleSleepMs = 1000;

/** An event of a runner, for those who count. */
export type RunnerEvent =
  /** A task was claimed that had been due for this time. */
  | { readonly event: "claimed"; readonly waitedMs: number }
  /** The lease of a run was another owner's when it ended: its work was for nothing. */
  | { readonly event: "lost" }
  /** A handler broke: a defect of dwld. */
  | { readonly event: "defect" }
  /** Tasks of processes that died were given back. */
  | { readonly event: "expired"; readonly tasks: number };

export type HandlerOptions<Kind extends ClaimKind> = {
  database: Database;
  kind: Kind;
  handler: Handler<Kind>;
  /** Returns the bounds of a task's attempts of this kind. */
  boundsOf: (task: TaskRow) => AttemptBounds;
  /** Milliseconds for which a run waits that made room for another site. Default: 0. */
  yieldMs?: number;
  /** Default: nobody counts. */
  report?: (event: RunnerEvent) => void;
  /** @param task undefined: the error concerns no task. */
  onError: (error: unknown, task?: TaskRow) => void;
  now?: () => number;
};

type Ending<Kind extends ClaimKind> =
  | { outcome: OutcomeOf<Kind> }
  | { interrupted: { retryAt?: number } }
  | { defect: unknown; isReported: boolean };

/**
 * Runs a handler on claimed work, and ends the lease.
 *
 * @param onRun called when the handler has returned: from then on its slot is free for another run, and the lease may end.
 * @param stopping while it is not aborted, a failed write is retried, since no other process looks after a task whose
 * lease is held by a living one. Once it is aborted, the process ends and others requeue what it holds.
 */
export async function carryOut<Kind extends ClaimKind>(
  rules: HandlerOptions<Kind>,
  work: WorkOf<Kind>,
  { onRun, stopping = never }: { onRun?: () => void; stopping?: AbortSignal } = {},
): Promise<void> {
  const ending = await runHandler(rules, work);
  onRun?.();
  if (ending !== undefined) await endRun(rules, work, { ending, stopping });
}

const never = new AbortController().signal;

/** Returns undefined if the lease is left to those who requeue what a dead process held: the process fails. */
async function runHandler<Kind extends ClaimKind>(
  { handler, yieldMs = 0, onError, now = Date.now }: HandlerOptions<Kind>,
  work: WorkOf<Kind>,
): Promise<Ending<Kind> | undefined> {
  const { signal, lease } = work;
  const interrupted = () => {
    if (signal.reason === ("failure" satisfies StopReason)) return undefined;
    return { interrupted: signal.reason === "yield" ? { retryAt: now() + yieldMs } : {} };
  };
  try {
    const outcome = await handler.run(work);
    if (outcome !== undefined) return { outcome };
    if (signal.aborted) return interrupted();
    return { defect: new Error(`task ${lease.task.id} was handled without an outcome`), isReported: false };
  } catch (error) {
    // A run that was told to stop may break anywhere.
    if (signal.aborted) return interrupted();
    onError(error, lease.task);
    // No fault of the task: its next run continues when the database is back.
    if (error instanceof DatabaseError && error.mayPass) return interrupted();
    return { defect: error, isReported: true };
  }
}

/**
 * Ends the lease of a run that has ended. No other code decides how: settled; or canceled: the work is discarded, then
 * the lease released; or lost: left to its new owner.
 */
async function endRun<Kind extends ClaimKind>(
  rules: HandlerOptions<Kind>,
  work: WorkOf<Kind>,
  { ending, stopping }: { ending: Ending<Kind>; stopping: AbortSignal },
): Promise<void> {
  const { database, handler } = rules;
  const { lease } = work;
  const report = (error: unknown) => {
    rules.onError(error, lease.task);
  };
  let known = ending;
  const end = await untilWritten({ report, stopping }, async () => {
    try {
      if ((await settle(rules, lease, known)) === "settled") return "settled";
    } catch (error) {
      // An outcome that can never be stored is a defect of the handler.
      if ("outcome" in known && !(error instanceof DatabaseError)) known = { defect: error, isReported: true };
      throw error;
    }
    return (await heldState(database, lease)) === "CANCELED" ? "canceled" : "lost";
  });
  if (end === undefined) return;
  const outcome = "outcome" in known ? known.outcome : undefined;
  if (end === "lost") rules.report?.({ event: "lost" });
  else if ("defect" in known) rules.report?.({ event: "defect" });
  if (end !== "settled") {
    await Promise.try(() => handler.discard(work, end, outcome)).catch(report);
    if (end === "canceled") await untilWritten({ report, stopping }, () => releaseLease(database, lease));
    return;
  }
  if ("defect" in known && !known.isReported) report(known.defect);
  if (outcome !== undefined) await Promise.try(() => handler.settled?.(work, outcome)).catch(report);
}

async function settle<Kind extends ClaimKind>(
  { database, kind, boundsOf, now = Date.now }: HandlerOptions<Kind>,
  lease: Lease,
  ending: Ending<Kind>,
): Promise<Settled> {
  if ("defect" in ending) return await settleDefect(database, kind, { lease, error: ending.defect, boundsOf }, now());
  if ("outcome" in ending) return await settleOutcome[kind](database, lease, ending.outcome, now());
  const interrupted = { outcome: "interrupted", ...ending.interrupted } as const;
  return await (kind === "download" ? settleDownload : settleDelivery)(database, lease, interrupted, now());
}

const settleOutcome: {
  [Kind in ClaimKind]: (database: Database, lease: Lease, outcome: OutcomeOf<Kind>, now: number) => Promise<Settled>;
} = { download: settleDownload, delivery: settleDelivery };

/** Repeats a write until the database takes it. Returns undefined if the process stops and the last try failed, too. */
async function untilWritten<Result>(
  { report, stopping }: { report: (error: unknown) => void; stopping: AbortSignal },
  write: () => Promise<Result>,
): Promise<Result | undefined> {
  for (;;) {
    const isLast = stopping.aborted;
    try {
      return await write();
    } catch (error) {
      report(error);
      if (isLast) return undefined;
      await pause(troubleSleepMs, undefined, { signal: stopping }).catch(() => undefined);
    }
  }
}
