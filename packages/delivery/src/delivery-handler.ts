import type { DeliverySettings } from "@dwld/daemon";
import type { ProgressCache } from "@dwld/progress";
import {
  type DeliveryOutcome,
  type FileRow,
  filesOf,
  type Handler,
  isLocalCopy,
  type Lease,
  LeaseLostError,
  logFacts,
  withdrawCopies,
  type Work,
} from "@dwld/queue";
import type { CountDelivery } from "./count-deliveries.ts";
import { type DeliveredFiles, deliverFiles, type RunFailure } from "./deliver/deliver-files.ts";
import type { DeliveryContext } from "./deliver/file-record.ts";
import { remarkOn } from "./deliver/remark.ts";
import { removeNamed, removeParts } from "./deliver/remove-made.ts";
import { removeSources } from "./deliver/remove-sources.ts";
import { type AtClaim, reserveAtClaim } from "./deliver/reserve-at-claim.ts";
import { destinationOutcome, elsewhereOutcome, sourceOutcome } from "./delivery-failure.ts";
import { startReporting } from "./delivery-progress.ts";
import type { CircuitBreaker } from "./destination/circuit-breaker.ts";
import { DestinationError } from "./destination/destination-error.ts";
import type { Destination } from "./destination/destination.ts";
import { SourceError } from "./source/source-error.ts";

export type HandlerOptions = DeliveryContext & {
  readonly cache: Pick<ProgressCache, "put" | "remove">;
  readonly breaker: CircuitBreaker;
  /** Returns the operator's settings as of now: a delivery keeps those of its claim. */
  readonly settings: () => RunSettings;
  /** The name of this host: its files are here. */
  readonly host: string;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly count: CountDelivery;
};

type RunSettings = Pick<DeliverySettings, "rules" | "giveUpAfterMs">;

type Claim = AtClaim & RunSettings;

/** What a run has made, and when it began, by the monotonic clock. */
type Run = { readonly delivered: DeliveredFiles; readonly beganMs: number };

/** Delivers the files of a claimed task. */
export function createDeliveryHandler(options: HandlerOptions): Handler<"delivery"> {
  const { database, logger, destination, breaker, settings, host, now, random, count } = options;
  const context = { ...options, destination: reportingContact(destination, breaker) };
  const claims = new WeakMap<Lease, Claim>();
  const runs = new WeakMap<Lease, Run>();
  /** See `deliverFiles`. */
  const stalledAt = new Map<number, number>();

  const deliver = async (work: Work): Promise<DeliveryOutcome> => {
    const { lease } = work;
    const beganMs = performance.now();
    const claim = claims.get(lease) ?? { ...settings(), files: await filesOf(database, [lease.task.seq]) };
    const report = startReporting(options, lease, totalSize(claim.files));
    try {
      const delivered = await deliverFiles(context, work, claim, { stalledAt, onProgress: report.progress });
      runs.set(lease, { delivered, beganMs });
      rememberStall(stalledAt, delivered);
      const { failure } = delivered;
      return failure === undefined ? succeed(claim, delivered) : await fail(work, claim, delivered, failure);
    } finally {
      await report.end();
    }
  };

  const succeed = ({ files }: Claim, { unrecorded, remarks, skipped }: DeliveredFiles): DeliveryOutcome => {
    breaker.delivered();
    const remark = remarkOn(remarks, skipped);
    // The local path of a local copy is the copy itself.
    const sources = files.filter((file) => file.local_path !== null && !isLocalCopy(file));
    return { outcome: "delivered", copies: unrecorded, sources, ...(remark === undefined ? {} : { remark }) };
  };

  const fail = async (
    work: Work,
    claim: Claim,
    { unrecorded }: DeliveredFiles,
    { error, publishing }: RunFailure,
  ): Promise<DeliveryOutcome> => {
    const concluded = conclude(error, work, claim);
    // A copy in a folder of this host is the task's file from now on.
    const replaced = destination.localPath === undefined ? [] : unrecorded.map(({ file }) => file);
    const outcome = { ...concluded, copies: unrecorded, sources: [...(concluded.sources ?? []), ...replaced] };
    // Only while the lease is held: afterwards the name may be that of another task's file.
    if (isFinal(outcome) && publishing !== undefined) await removeNamed(options, work.lease, [publishing]);
    return outcome;
  };

  /** @throws errors that are neither the destination's nor the source's: defects. */
  const conclude = (
    error: unknown,
    { lease: { task }, signal }: Work,
    { files, giveUpAfterMs }: Claim,
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
    settled: async ({ lease }, outcome) => {
      const { task } = lease;
      const facts = { ...logFacts(task), title: task.title };
      const { delivered, beganMs = performance.now() } = runs.get(lease) ?? {};
      const bytes = totalSize((delivered?.copies ?? []).map(({ file }) => file));
      count(outcome, { bytes, tookMs: performance.now() - beganMs });
      if (outcome.outcome === "delivered") logger.info(facts, "delivered");
      await removeSources(logger, task, outcome.sources ?? []);
      if (outcome.outcome === "failed") {
        logger.warn({ ...facts, ...outcome.failure, retry_at: outcome.retryAt }, "delivery failed");
        // No later run resumes what was begun.
        if (isFinal(outcome)) await removeParts(options, lease);
      }
    },
    discard: async ({ lease }, why) => {
      // The parts of a lost task belong to its new owner.
      if (why === "lost") return;
      const { copies = [], failure } = runs.get(lease)?.delivered ?? {};
      const withdrawn = await withdrawCopies(database, lease, copies);
      const { publishing } = failure ?? {};
      await removeNamed(options, lease, publishing === undefined ? withdrawn : [publishing, ...withdrawn]);
      // Local copies are the task's own, and nobody asked for a half of it.
      await removeParts(options, lease, { localCopies: true });
    },
  };
}

/** Returns the destination, which tells the breaker of each session that it gives. */
function reportingContact(destination: Destination, breaker: CircuitBreaker): Destination {
  return {
    ...destination,
    connect: async (signal) => {
      const session = await destination.connect(signal);
      breaker.contacted();
      return session;
    },
  };
}

/** The next run of a file that stalled begins it anew if not a byte came to it: see `takeOverParts`. */
function rememberStall(stalledAt: Map<number, number>, { copies, failure }: DeliveredFiles): void {
  for (const { file } of copies) stalledAt.delete(file.seq);
  if (failure?.stalled !== undefined) stalledAt.set(failure.stalled.file.seq, failure.stalled.atBytes);
}

/** Whether the task fails by it. */
function isFinal(outcome: DeliveryOutcome): boolean {
  return outcome.outcome === "failed" && outcome.retryAt === null;
}

function totalSize(files: readonly FileRow[]): number {
  return files.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
}
