import type { Logger } from "@dwld/daemon";
import type { ProgressCache } from "@dwld/progress";
import {
  type Database,
  type DeliveryOutcome,
  type FileRow,
  filesOf,
  forgetPart,
  type Handler,
  isLocalCopy,
  joinTexts,
  type Lease,
  LeaseLostError,
  logFacts,
  partsOf,
  type TaskRow,
  type Texts,
  withdrawCopies,
  type Work,
} from "@dwld/queue";
import type { CountDelivery } from "./count-deliveries.ts";
import { deliverFiles } from "./deliver/deliver-files.ts";
import type { DeliveryRules } from "./deliver/delivery-rules.ts";
import { type AtClaim, reserveAtClaim } from "./deliver/reserve-at-claim.ts";
import { RunCopies } from "./deliver/run-copies.ts";
import { skippedRemark } from "./deliver/skipped-remark.ts";
import { destinationOutcome, elsewhereOutcome, sourceOutcome } from "./delivery-failure.ts";
import { startReporting } from "./delivery-progress.ts";
import type { CircuitBreaker } from "./destination/circuit-breaker.ts";
import { DestinationError } from "./destination/destination-error.ts";
import type { Destination } from "./destination/destination.ts";
import { SourceError } from "./source/source-error.ts";
import { removeSource } from "./source/source-file.ts";

export type HandlerOptions = {
  database: Database;
  cache: Pick<ProgressCache, "put" | "remove">;
  logger: Logger;
  destination: Destination;
  breaker: CircuitBreaker;
  /** Returns the operator's settings as of now: a delivery keeps those of its claim. */
  settings: () => DeliverySettings;
  /** See `confirmLease`. */
  confirm: (lease: Lease, signal: AbortSignal) => Promise<boolean>;
  /** The name of this host: its files are here. */
  host: string;
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
  count: CountDelivery;
};

type DeliverySettings = { readonly rules: DeliveryRules; readonly giveUpAfterMs: number };

/** Files of a run under their final paths. */
type Run = {
  readonly copies: RunCopies;
  /** When it began, by the monotonic clock. */
  readonly beganMs: number;
  /** The path of the one that may have got it, and is not verified. */
  publishing: string | undefined;
};

/** Milliseconds after which the removal of what a run has made is given up; the rest is removed later. */
const discardTimeoutMs = 15_000;

/** Delivers the files of a claimed task. */
export function createDeliveryHandler(options: HandlerOptions): Handler<"delivery"> {
  const { database, cache, logger, destination, breaker, settings, confirm, host, now, random, count } = options;
  const stalledAt = new Map<number, number>();
  const claims = new WeakMap<Lease, AtClaim & DeliverySettings>();
  const runs = new WeakMap<Lease, Run>();

  const deliver = async (work: Work): Promise<DeliveryOutcome> => {
    const { lease } = work;
    const claim = claims.get(lease) ?? { ...settings(), files: await filesOf(database, [lease.task.seq]) };
    const { files, reserved, rules } = claim;
    const report = startReporting({ cache, database, now, logger }, lease, totalSize(files));
    const run: Run = { copies: new RunCopies(), beganMs: performance.now(), publishing: undefined };
    const { copies } = run;
    runs.set(lease, run);
    const delivery = {
      ...{ database, destination, rules, stalledAt, copies, reserved, now },
      onContact: () => {
        breaker.contacted();
      },
      confirm: () => confirm(lease, work.signal),
      onProgress: report.progress,
      onPublishing: (path: string | undefined) => {
        run.publishing = path;
      },
      onReplaced: async (replaced: readonly FileRow[]) => {
        await removeSources(lease.task, replaced);
      },
    };
    try {
      const remarks = await deliverFiles(work, files, delivery);
      breaker.delivered();
      const maySkip = rules.conflict === "skip" || skippedRemark(files) !== undefined;
      const skipped = maySkip ? skippedRemark(await filesOf(database, [lease.task.seq])) : undefined;
      const remark = joinTexts(distinct([...remarks, ...(skipped === undefined ? [] : [skipped])]));
      // The local path of a local copy is the copy itself.
      const sources = files.filter((file) => file.local_path !== null && !isLocalCopy(file));
      return { outcome: "delivered", copies: copies.unrecorded, sources, ...(remark === undefined ? {} : { remark }) };
    } catch (error) {
      const concluded = conclude(error, work, claim);
      // A copy in a folder of this host is the task's file from now on.
      const replaced = destination.localPath === undefined ? [] : copies.unrecorded.map(({ file }) => file);
      const outcome = { ...concluded, copies: copies.unrecorded, sources: [...(concluded.sources ?? []), ...replaced] };
      // Only while the lease is held: afterwards the name may be that of another task's file.
      if (outcome.outcome === "failed" && outcome.retryAt === null) await removePublished(work);
      return outcome;
    } finally {
      await report.end();
    }
  };

  /** @throws errors that are neither the destination's nor the source's: defects. */
  const conclude = (
    error: unknown,
    { lease: { task }, signal }: Work,
    { files, giveUpAfterMs }: AtClaim & DeliverySettings,
  ): DeliveryOutcome => {
    if (signal.aborted || error instanceof LeaseLostError) return { outcome: "interrupted" };
    const schedule = { task, giveUpAfterMs, now: now(), random: random() };
    if (error instanceof DestinationError)
      return destinationOutcome(error, destination, breaker.failed(error), schedule);
    if (!(error instanceof SourceError)) throw error;
    const missing = files.filter((file) => error.problem === "missing" && file.local_path === error.path);
    const elsewhere = missing.find((file) => file.host !== host);
    if (elsewhere !== undefined) return elsewhereOutcome(elsewhere, schedule);
    // A retry downloads a missing file, and does not look for it again.
    const gone = missing.filter(({ delivered_at }) => delivered_at === null);
    return { ...sourceOutcome(error), sources: gone };
  };

  /** Removes the file that may have got its name, and with `copies` those that the run has made before it. */
  const removePublished = async ({ lease }: Work, { copies = false } = {}): Promise<void> => {
    const run = runs.get(lease);
    const paths = copies ? await withdrawCopies(database, lease, run?.copies.made ?? []) : [];
    const made = run?.publishing === undefined ? paths : [run.publishing, ...paths];
    // Another owner of the task may have given one of these names to its own copy by now.
    if (made.length > 0 && (await confirm(lease, AbortSignal.timeout(discardTimeoutMs)))) await remove(lease, made);
  };

  /** Removes the parts of a run, and with `localCopies` what it has delivered to a folder of this host. */
  const removeMade = async ({ lease }: Work, { localCopies = false } = {}): Promise<void> => {
    const paths: string[] = [];
    for (const file of await filesOf(database, [lease.task.seq])) {
      paths.push(...(await partsOf(database, file, destination.name)));
      if (localCopies && isLocalCopy(file) && file.destination === destination.name && file.remote_path !== null)
        paths.push(file.remote_path);
    }
    await remove(lease, paths);
  };

  /** Deletes sources of which a copy is on record. One that cannot be deleted is removed with the task's folder. */
  const removeSources = async (task: TaskRow, files: readonly FileRow[]): Promise<void> => {
    for (const { local_path: path } of files)
      try {
        if (path !== null) await removeSource(path);
      } catch (error) {
        logger.error({ ...logFacts(task), err: error }, "a source stays on this disk");
      }
  };

  /** Removes files in a session of its own, since that of the run was closed to end a transfer. */
  const remove = async (lease: Lease, paths: readonly string[]): Promise<void> => {
    if (paths.length === 0) return;
    try {
      const session = await destination.connect(AbortSignal.timeout(discardTimeoutMs));
      try {
        for (const path of paths) {
          await session.remove(path);
          await forgetPart(database, { destination: destination.name, path });
        }
      } finally {
        session.release();
      }
    } catch (error) {
      logger.warn({ task_id: lease.task.id, paths, err: error }, "a part of an upload is removed later");
    }
  };

  return {
    onClaim: async (transaction, lease) => {
      // Copied, since the settings may be a view of those that change.
      const { rules, giveUpAfterMs } = settings();
      const atClaim = await reserveAtClaim(transaction, lease, { destination, rules, now });
      claims.set(lease, { rules, giveUpAfterMs, ...atClaim });
    },
    run: async (work) => {
      // Before anything else, since it may pause the next claim.
      const end = breaker.begin();
      return await deliver(work).finally(end);
    },
    settled: async (work, outcome) => {
      const { task } = work.lease;
      const facts = { ...logFacts(task), title: task.title };
      const { copies, beganMs = performance.now() } = runs.get(work.lease) ?? {};
      count(outcome, {
        bytes: totalSize((copies?.made ?? []).map(({ file }) => file)),
        tookMs: performance.now() - beganMs,
      });
      if (outcome.outcome === "delivered") logger.info(facts, "delivered");
      await removeSources(task, outcome.sources ?? []);
      if (outcome.outcome === "failed") {
        logger.warn({ ...facts, ...outcome.failure, retry_at: outcome.retryAt }, "delivery failed");
        // No later run resumes what was begun.
        if (outcome.retryAt === null) await removeMade(work);
      }
    },
    discard: async (work, why) => {
      // The parts of a lost task belong to its new owner.
      // Local copies are the task's own, and nobody asked for a half of it.
      if (why === "canceled") {
        await removePublished(work, { copies: true });
        await removeMade(work, { localCopies: true });
      }
    },
  };
}

function distinct(remarks: readonly Texts[]): Texts[] {
  return remarks.filter(({ en }, index) => remarks.findIndex((remark) => remark.en === en) === index);
}

function totalSize(files: readonly FileRow[]): number {
  return files.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
}
